import type { WantedLevels } from '../admin/wanted-levels.ts'
import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import { objectOf } from '../envoy/json.ts'
import { AppError, UsageError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import type { View } from '../view.ts'
import { eachProxy } from './proxies/each-proxy.ts'
import { openAll } from './proxies/open-all.ts'
import { viewOfEach } from './proxies/view-of-each.ts'

/** Levels of Envoy's loggers. The one command that can change a proxy. */
export const log: Command = {
  name: 'log',
  aliases: ['o'],
  summary: 'Levels of the loggers; --level and --reset change them',
  description: `Shows the level of every logger of a proxy. With --level or --reset it changes them, and shows what changed: the only thing
this program ever writes. The change lasts until the proxy restarts.`,
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'Levels of every logger', command: 'kubectl proxy-config log productpage-v1-abc' },
    {
      title: 'Two loggers of every pod of a deployment',
      command: 'kubectl proxy-config log deploy/productpage-v1 --level http:debug,router:trace',
    },
    { title: 'Every logger', command: 'kubectl proxy-config log productpage-v1-abc --level debug' },
    {
      title: 'Back to the levels the proxies were started with',
      command: 'kubectl proxy-config log -l app=productpage --reset',
    },
  ],
  options: [
    ...targetOptions.filter(({ name }) => name !== 'file'),
    {
      name: 'level',
      type: 'string',
      value: 'LEVELS',
      holds: 'envoyLevels',
      repeatable: true,
      describe:
        'Set the level of all loggers (debug) or of some (http:debug,router:trace). Levels: trace, debug, info, warning, error, critical, off',
    },
    { name: 'reset', short: 'r', type: 'boolean', describe: 'Set the levels that the proxy was started with' },
    ...outputOptions,
  ],
  positionals: { most: Number.POSITIVE_INFINITY, are: ['target'] },
  async run(args, context) {
    const { readLoggers } = await import('../envoy/model/loggers.ts')
    const wanted = await wantedOf(args)
    const sources = await openAll(args, context, { command: log.name })
    const levelsOf = async (source: Source) => readLoggers(await post(source, 'logging', context))
    if (wanted === undefined) {
      const { loggersView } = await import('../admin/loggers-view.ts')
      const { view, code } = await viewOfEach(sources, { args, context }, async (source) =>
        loggersView(await levelsOf(source), source.label),
      )
      await context.render(view, args)
      return code
    }
    const { results: proxies, code } = await eachProxy(sources, context, async (source) => {
      return { source, levels: await levelsOf(source) }
    })
    if (wanted !== 'start') for (const { source, levels } of proxies) await requireLoggers(wanted, levels, source)
    const before = new Map(proxies.map(({ source, levels }) => [source, levels]))
    const changed = await viewOfEach([...before.keys()], { args, context }, async (source) => {
      return change({ source, levels: before.get(source) ?? new Map() }, wanted, context)
    })
    await context.render(changed.view, args)
    return Math.max(code, changed.code)
  },
}

async function wantedOf(args: Args): Promise<WantedLevels | 'start' | undefined> {
  const levels = args.strings('level')
  const reset = args.boolean('reset') === true
  if (reset && levels.length > 0) throw new UsageError('--level cannot be combined with --reset')
  if (reset) return 'start'
  if (levels.length === 0) return undefined
  const { wantedLevels } = await import('../admin/wanted-levels.ts')
  return wantedLevels(levels.join(','))
}

/** Names are compared exactly, and for every proxy before any of them is changed. */
async function requireLoggers(
  { loggers }: WantedLevels,
  levels: ReadonlyMap<string, string>,
  { label }: Source,
): Promise<void> {
  const unknown = [...loggers.keys()].find((name) => !levels.has(name))
  if (unknown === undefined) return
  const { nearNames } = await import('../envoy/text/near-names.ts')
  const near = nearNames(unknown, [...levels.keys()])
  throw new AppError(`unrecognized logger name: ${unknown} (${label})`, {
    hint:
      near.length === 0 ? 'The same command without --level lists the loggers.' : `Did you mean ${near.join(' or ')}?`,
  })
}

interface Proxy {
  readonly source: Source
  readonly levels: ReadonlyMap<string, string>
}

async function change({ source, levels }: Proxy, wanted: WantedLevels | 'start', context: Context): Promise<View> {
  const { label } = source
  const [{ levelRequests }, { readLoggers }, { changedLoggersView }] = await Promise.all([
    import('../admin/level-requests.ts'),
    import('../envoy/model/loggers.ts'),
    import('../admin/loggers-view.ts'),
  ])
  context.note(`${label}: changing log levels of the running proxy; a restart undoes it`)
  const target = wanted === 'start' ? await levelsAtStart(source, context) : wanted
  for (const path of levelRequests(target)) await post(source, path, context)
  const now = readLoggers(await post(source, 'logging', context))
  return changedLoggersView(levels, now, label)
}

async function levelsAtStart(source: Source, { io }: Context): Promise<WantedLevels> {
  const [{ startLevels }, { readDocument }] = await Promise.all([
    import('../admin/start-levels.ts'),
    import('../envoy/input/read-document.ts'),
  ])
  return startLevels(objectOf(await readDocument(await source.read('server_info', io.signal), source.label)))
}

/** Envoy takes /logging as POST only, even to read it. */
async function post(source: Source, path: string, { io }: Context): Promise<string> {
  return Buffer.from(await source.read(path, io.signal, 'POST')).toString('utf8')
}
