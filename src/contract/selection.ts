import { requirePort } from '../envoy/require-port.ts'
import { UsageError } from '../errors.ts'
import type { ProxyOptions } from '../mesh/proxy.ts'
import type { Selection } from '../mesh/selection.ts'
import type { Args, Option } from './command.ts'

/** Flags that say whose configuration is read. */
export const targetOptions: readonly Option[] = [
  {
    name: 'file',
    short: 'f',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'Read a saved dump instead of a live proxy; - is standard input. Never touches the cluster',
  },
  {
    name: 'url',
    type: 'string',
    once: true,
    value: 'URL',
    describe: 'Read the admin endpoint at http://HOST:PORT or unix:///PATH. Never touches the cluster',
  },
  {
    name: 'capture',
    type: 'string',
    once: true,
    value: 'FILE',
    holds: 'file',
    describe: 'Read a capture in place of the cluster. Never touches the cluster',
  },
  {
    name: 'selector',
    short: 'l',
    type: 'string',
    once: true,
    value: 'LABELS',
    describe: 'Read every running pod that matches this label selector',
  },
  {
    name: 'proxy-admin-port',
    type: 'number',
    value: 'PORT',
    describe: "Port of the proxy's admin interface; read from the pod when not given",
  },
  {
    name: 'container',
    short: 'c',
    type: 'string',
    value: 'NAME',
    holds: 'container',
    describe: 'Container that runs the proxy, where the pod does not show which it is',
  },
  {
    name: 'via',
    type: 'string',
    choices: ['auto', 'port-forward', 'exec'],
    default: 'auto',
    describe: 'How to reach the admin interface; auto uses exec where port-forward is forbidden',
  },
]

/** How many proxies are read. */
export const fleetReadingOptions: readonly Option[] = [
  {
    name: 'concurrency',
    type: 'number',
    value: 'N',
    default: 16,
    describe: 'Read this many proxies at a time',
  },
  { name: 'show-failures', type: 'boolean', describe: 'Name every proxy that could not be read, however many' },
]

/** The same of a command that answers for many proxies. */
export const fleetTargetOptions: readonly Option[] = [
  ...targetOptions.map((option) =>
    option.name === 'file'
      ? ({
          ...option,
          repeatable: true,
          describe: `${option.describe}. Repeat it for several; an archive or a folder stands for every dump in it`,
        } as const)
      : option,
  ),
  {
    name: 'all-namespaces',
    short: 'A',
    type: 'boolean',
    describe: 'Read the proxies of all namespaces',
  },
  {
    name: 'all-pods',
    type: 'boolean',
    describe: 'Read every pod of a TYPE/NAME, as kubectl logs does; without one every proxy of the namespace',
  },
  {
    name: 'contexts',
    type: 'string',
    once: true,
    value: 'NAMES',
    holds: 'context',
    describe: 'Read the clusters of these contexts of the kubeconfig, with commas between, in one answer',
  },
  ...fleetReadingOptions,
]

/** The most of `--concurrency`. */
const maxAtATime = 256

/** What the words and flags of a command can name. */
interface Grammar {
  /** Names the command in errors. */
  readonly command: string
  /** The words that are targets, where others mean something else; all of them when absent. */
  readonly targets?: readonly string[]
  /** It answers for many: an archive stands for every dump in it, and not for the first. */
  readonly many?: boolean
  /** Of `TYPE/NAME` all running pods are meant, and not the one that `kubectl logs` would read. */
  readonly every?: boolean
  /** What is meant where nothing is named: the proxies of the namespace. */
  readonly orScope?: boolean
}

/**
 * Which proxies the words and flags name: `POD`, `POD.NAMESPACE`, `TYPE/NAME`, `-l`, `-A`, `--all-pods`, `--url`, `--file`, and in
 * which clusters. docs/targets.md has the grammar.
 * @throws UsageError unless exactly one of these ways is taken
 */
export function selectionOf(args: Args, grammar: Grammar): Selection {
  const { targets = args.positionals, many = false, every = false } = grammar
  const allPods = args.boolean('all-pods') === true
  const files = [...new Set(args.strings('file'))]
  const url = args.string('url')
  const selector = args.string('selector')
  const port = args.number('proxy-admin-port')
  if (port !== undefined) requirePort(port)
  const atATime = args.number('concurrency') ?? 1
  if (!Number.isInteger(atATime) || atATime < 1 || atATime > maxAtATime)
    throw new UsageError(`--concurrency needs a number from 1 to ${maxAtATime}, got ${atATime}`)
  const isTarget = targets.length > 0
  refuseWide(args, isTarget)
  const contexts = contextsOf(args)
  if (isScope(args, grammar, isTarget))
    return { from: 'scope', everywhere: args.boolean('all-namespaces') === true, selector, ...contexts }
  const given: Selection[] = [
    ...(files.length === 0 ? [] : [{ from: 'files', files, eachDump: many } as const]),
    ...(url === undefined ? [] : [{ from: 'url', url } as const]),
    ...(selector === undefined ? [] : [{ from: 'labels', selector, ...contexts } as const]),
    ...(isTarget ? [{ from: 'targets', targets, every: every || allPods, ...contexts } as const] : []),
  ]
  const [only, second] = given
  if (second !== undefined) throw new UsageError('only one of POD, --selector, --url and --file can be given')
  const capture = captureOf(args)
  if (only === undefined && capture !== undefined) return { from: 'only', many }
  if (only === undefined) throw nothingNamed(grammar, args.string('namespace'))
  if (capture !== undefined && isOffline(args))
    throw new UsageError('--capture stands for the cluster: it goes with neither --url nor --file')
  return only
}

function nothingNamed({ command, many = false }: Grammar, place?: string): UsageError {
  const among = many ? '-A, --all-pods, ' : ''
  return new UsageError(`${command} needs a POD, TYPE/NAME, --selector, ${among}--capture, --url or --file`, {
    hint: many && place !== undefined ? `--all-pods reads every proxy of namespace ${place}.` : undefined,
  })
}

/** Whether the proxies of a namespace or of all are meant, and none is named. */
function isScope(args: Args, { orScope = false }: Grammar, isTarget: boolean): boolean {
  if (isTarget || isOffline(args)) return false
  if (args.boolean('all-namespaces') === true || orScope) return true
  return args.boolean('all-pods') === true && args.string('selector') === undefined
}

/** @throws UsageError for flags that mean more than what is named beside them */
function refuseWide(args: Args, isTarget: boolean): void {
  if (args.boolean('all-namespaces') === true && (isTarget || isOffline(args)))
    throw new UsageError('--all-namespaces cannot be combined with a POD, --url or --file')
  if (args.boolean('all-pods') === true && isOffline(args))
    throw new UsageError('--all-pods reads pods of the cluster: it goes with neither --url nor --file')
  if (args.string('contexts') !== undefined && (isOffline(args) || captureOf(args) !== undefined))
    throw new UsageError('--contexts names clusters: it goes with none of --capture, --url and --file')
}

/** The contexts of `--contexts`, each once. */
export function contextsOf(args: Args): { readonly contexts?: readonly string[] } {
  const text = args.string('contexts')
  if (text === undefined) return {}
  const contexts = [...new Set(text.trim().split(/ *, */))].filter((name) => name !== '')
  if (contexts.length === 0) throw new UsageError('--contexts needs the name of a context')
  if (args.string('context') !== undefined) throw new UsageError('only one of --context and --contexts can be given')
  return { contexts }
}

/** What is saved or asked by address, each on its own: where several sources are compared with each other. */
export function savedSources(args: Args): { readonly files: readonly string[]; readonly urls: readonly string[] } {
  return { files: args.strings('file'), urls: args.strings('url') }
}

/** The capture that stands for the cluster. */
export function captureOf(args: Args): string | undefined {
  return args.string('capture')
}

/** Whether `--file` or `--url` is given: no cluster is asked then. */
export function isOffline(args: Args): boolean {
  return (args.string('file') ?? args.string('url')) !== undefined
}

/** How the arguments say the admin interface of a pod's proxy is reached. */
export function proxyOptions(args: Args): ProxyOptions {
  const via = args.string('via')
  return {
    adminPort: args.number('proxy-admin-port'),
    container: args.string('container'),
    via: via === 'exec' || via === 'port-forward' ? via : 'auto',
  }
}
