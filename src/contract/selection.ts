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
    value: 'URL',
    describe: 'Read the admin endpoint at http://HOST:PORT or unix:///PATH. Never touches the cluster',
  },
  {
    name: 'capture',
    type: 'string',
    value: 'FILE',
    holds: 'file',
    describe: 'Read a capture in place of the cluster. Never touches the cluster',
  },
  {
    name: 'selector',
    short: 'l',
    type: 'string',
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

/** The same of a command that answers for several proxies. */
export const manyTargetOptions = withFile('. Repeat it for several')

/** The same of a command that is about many. */
export const fleetTargetOptions = withFile('. Repeat it for several; an archive stands for every dump in it')

function withFile(more: string): readonly Option[] {
  return targetOptions.map((option) =>
    option.name === 'file' ? { ...option, repeatable: true, describe: option.describe + more } : option,
  )
}

/** What the words and flags of a command can name. */
interface Grammar {
  /** Names the command in errors. */
  readonly command: string
  /** The words that are targets, where others mean something else; all of them when absent. */
  readonly targets?: readonly string[]
  /** Of `TYPE/NAME` all running pods are meant, and not the one that `kubectl logs` would read. */
  readonly every?: boolean
  /** An archive stands for every dump in it, and not for the first. */
  readonly eachDump?: boolean
  /** What is meant where nothing is named: the proxies of the namespace, or of all namespaces with -A. */
  readonly orScope?: boolean
}

/**
 * Which proxies the words and flags name: `POD`, `POD.NAMESPACE`, `TYPE/NAME`, `-l`, `--url`, `--file`.
 * @throws UsageError unless exactly one of these ways is taken
 */
export function selectionOf(args: Args, grammar: Grammar): Selection {
  const { command, targets = args.positionals, every = false, eachDump = false, orScope = false } = grammar
  const files = args.strings('file')
  const url = args.string('url')
  const selector = args.string('selector')
  const everywhere = args.boolean('all-namespaces') === true
  const isNamed = targets.length > 0 || files.length > 0 || url !== undefined
  if (orScope && everywhere && isNamed)
    throw new UsageError('--all-namespaces cannot be combined with a POD, --url or --file')
  if (orScope && !isNamed) return { from: 'scope', everywhere, selector }
  const given: Selection[] = [
    ...(files.length === 0 ? [] : [{ from: 'files', files, eachDump } as const]),
    ...(url === undefined ? [] : [{ from: 'url', url } as const]),
    ...(selector === undefined ? [] : [{ from: 'labels', selector } as const]),
    ...(targets.length === 0 ? [] : [{ from: 'targets', targets, every } as const]),
  ]
  const [only, second] = given
  if (only === undefined) throw new UsageError(`${command} needs a POD, TYPE/NAME, --selector, --url or --file`)
  if (second !== undefined) throw new UsageError('only one of POD, --selector, --url and --file can be given')
  if (captureOf(args) !== undefined && (only.from === 'files' || only.from === 'url'))
    throw new UsageError('--capture stands for the cluster: it goes with neither --url nor --file')
  const port = args.number('proxy-admin-port')
  if (port !== undefined) requirePort(port)
  return only
}

/** The flags that name proxies, in place of words. */
export const namingFlags = ['file', 'url', 'selector'] as const

/** Whether a flag says which proxies are meant. */
export function isNamedByFlag(args: Args): boolean {
  return namingFlags.some((name) => args.string(name) !== undefined)
}

/** The capture that stands for the cluster. */
export function captureOf(args: Args): string | undefined {
  return args.string('capture')
}

/** Whether `--file` or `--url` is given: no cluster is asked then. */
export function isOffline(args: Args): boolean {
  return (args.string('file') ?? args.string('url')) !== undefined
}

/**
 * The selection of `--file` or `--url`, whatever words stand beside it. Undefined without them.
 * @throws UsageError when both are given
 */
export function offlineSelection(args: Args, command: string): Selection | undefined {
  return isOffline(args) ? selectionOf(args, { command, targets: [] }) : undefined
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
