import type { Args } from '../../contract/command.ts'
import { isNamedByFlag } from '../../contract/named-sources.ts'
import { selectionOf } from '../../contract/selection.ts'
import { UsageError } from '../../errors.ts'
import type { Selection } from '../../mesh/selection.ts'

/** What the words of `explain` say. */
export interface ExplainWords {
  /** The proxy that wrote the lines; undefined where none is named. */
  readonly selection: Selection | undefined
  /** Other proxies, which are asked about the hosts that fail: -A or -l beside a POD, or -A alone. */
  readonly callers: Selection | undefined
  readonly line: string | undefined
  /** The file of the log, `-` for standard input; without it and a line the log of the pod is read. */
  readonly log: string | undefined
}

/**
 * A line is distinguished from the name of a proxy by what no name has: a space, a brace, capital letters, or digits alone.
 * @throws UsageError where the words do not go together
 */
export function explainWords(args: Args): ExplainWords {
  const log = args.string('log')
  const lines = args.positionals.filter(isLine)
  const targets = args.positionals.filter((word) => !isLine(word))
  const [line, second] = lines
  const [target, other] = targets
  if (second !== undefined || other !== undefined)
    throw new UsageError(`unexpected argument: ${JSON.stringify(second ?? other)}`, {
      hint: 'A line of a log goes into quotes.',
    })
  if (args.boolean('all') === true && args.boolean('failed') === true)
    throw new UsageError('--failed and --all cannot both be given')
  if (line !== undefined && log !== undefined) throw new UsageError('a LINE and --log cannot both be given')
  const needsProxy = (['verify', 'clusters-file'] as const).find((name) => args.string(name) !== undefined)
  const everywhere = args.boolean('all-namespaces') === true
  const hasCallers = everywhere || (target !== undefined && args.string('selector') !== undefined)
  const own = hasCallers ? withoutFlags(args, ['selector', 'all-namespaces']) : args
  const isNamed = target !== undefined || isNamedByFlag(own)
  if (needsProxy !== undefined && !isNamed)
    throw new UsageError(`--${needsProxy} needs the configuration of the proxy: a POD, --file or --url`)
  const selection = isNamed ? selectionOf(own, { command: 'explain', targets }) : undefined
  const callers = hasCallers ? selectionOf(args, { command: 'explain', targets: [], many: true }) : undefined
  if (everywhere && selection === undefined && line === undefined && log === undefined)
    throw new UsageError('explain reads the log of one proxy: name its POD, or give a LINE or --log', {
      hint: '-A says which other proxies are asked about the hosts that fail.',
    })
  const readsPod = selection !== undefined && selection.from !== 'files' && selection.from !== 'url'
  if (line === undefined && log === undefined && !readsPod)
    throw new UsageError('explain needs a LINE of an access log, or --log FILE', {
      hint: "For example: kubectl proxy-config explain '503 UC', or kubectl logs POD | kubectl proxy-config explain --log -",
    })
  if (args.string('since') !== undefined && (line !== undefined || log !== undefined))
    throw new UsageError(
      `--since reads the log of a POD: it does not go with ${log === undefined ? 'a LINE' : '--log'}`,
      {
        hint: 'Of a saved log all lines are read. kubectl logs POD --since 10m | kubectl proxy-config explain --log - reads the newest.',
      },
    )
  return { selection, callers, line, log }
}

function isLine(word: string): boolean {
  return word.includes('/') ? /[\s"{]/.test(word) : !/^[a-z0-9][a-z0-9.-]*$/.test(word) || /^\d+$/.test(word)
}

/** The arguments as if some of their flags had not been given. */
function withoutFlags(args: Args, names: readonly string[]): Args {
  const isGone = (name: string) => names.includes(name)
  return {
    positionals: args.positionals,
    string: (name) => (isGone(name) ? undefined : args.string(name)),
    strings: (name) => (isGone(name) ? [] : args.strings(name)),
    number: (name) => (isGone(name) ? undefined : args.number(name)),
    boolean: (name) => (isGone(name) ? undefined : args.boolean(name)),
  }
}
