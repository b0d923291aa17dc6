import type { Args, Context } from '../../contract/command.ts'
import { AppError, UsageError } from '../../errors.ts'
import { proxyName, type Source } from '../../mesh/source.ts'
import type { View } from '../../view.ts'
import { currentLevels, ztunnelLevels } from '../../ztunnel/log-levels.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { ztunnelSources } from './ztunnel-sources.ts'

interface Levels {
  readonly proxy: string
  readonly before: string
  readonly now: string
}

/** Log levels of ztunnels, and changes to them. https://github.com/istio/ztunnel/blob/master/src/admin.rs */
export async function ztunnelLog(args: Args, context: Context): Promise<number> {
  const level = args.string('level')
  const reset = args.boolean('reset') === true
  if (reset && level !== undefined) throw new UsageError('--level cannot be combined with --reset')
  if (args.string('file') !== undefined)
    throw new UsageError('log levels are not part of a dump: --file cannot be used')
  const wanted = level === undefined ? undefined : ztunnelLevels(level)
  const { sources } = await ztunnelSources(args, context)
  const { results, code } = await eachProxy(sources, context, async (source): Promise<Levels> => {
    const { label } = source
    const proxy = proxyName(source)
    const before = await post(source, 'logging', context)
    if (wanted === undefined && !reset) return { proxy, before, now: before }
    context.note(`${label}: changing log levels of the running ztunnel; a restart undoes it`)
    const now = wanted === undefined ? await back(source, context) : await set(source, wanted, context)
    return { proxy, before, now }
  })
  await context.render(view(results, wanted !== undefined || reset), args)
  return code
}

function set(source: Source, levels: string, context: Context): Promise<string> {
  return post(source, `logging?level=${encodeURIComponent(levels.toWellFormed())}`, context)
}

/** Older ztunnels take `reset` only with a level beside it. */
async function back(source: Source, context: Context): Promise<string> {
  try {
    return await post(source, 'logging?reset', context)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return post(source, 'logging?level=info&reset', context)
  }
}

async function post(source: Source, path: string, { io }: Context): Promise<string> {
  return currentLevels(Buffer.from(await source.read(path, io.signal, 'POST')).toString('utf8'))
}

function view(levels: readonly Levels[], changed: boolean): View {
  const value = Object.fromEntries(levels.map(({ proxy, now }) => [proxy, now]))
  return {
    kind: 'ztunnel',
    columns: [
      { header: 'ZTUNNEL', key: 'ztunnel' },
      ...(changed ? [{ header: 'OLD LEVELS', key: 'oldLevels' }] : []),
      { header: 'LEVELS', key: 'levels' },
    ],
    rows: levels.map(({ proxy, before, now }) => ({
      name: proxy,
      cells: changed ? [proxy, before, now] : [proxy, now],
    })),
    document: () => ({ value }),
    raw: () => ({ value }),
    notes: [],
    empty: 'No ztunnel was found.',
  }
}
