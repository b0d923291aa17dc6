import type { Args, Context } from '../../contract/command.ts'
import { offlineSelection } from '../../contract/named-sources.ts'
import { AppError, UsageError } from '../../errors.ts'
import { posted } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { View } from '../../view.ts'
import { currentLevels, ztunnelLevels } from '../../ztunnel/log-levels.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { ztunnelsOf } from './selected-ztunnels.ts'

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
  if (offlineSelection(args, 'ztunnel log')?.from === 'files')
    throw new UsageError('log levels are not part of a dump: --file cannot be used')
  const wanted = level === undefined ? undefined : ztunnelLevels(level)
  const { proxies } = await ztunnelsOf(args, context)
  const { results, code } = await eachProxy(proxies, context, async (ztunnel): Promise<Levels> => {
    const { label } = ztunnel
    const proxy = ztunnel.id.name
    const before = await post(ztunnel, 'logging', context)
    if (wanted === undefined && !reset) return { proxy, before, now: before }
    context.note(`${label}: changing log levels of the running ztunnel; a restart undoes it`)
    const now = wanted === undefined ? await back(ztunnel, context) : await set(ztunnel, wanted, context)
    return { proxy, before, now }
  })
  await context.render(view(results, wanted !== undefined || reset))
  return code
}

function set(ztunnel: MeshProxy, levels: string, context: Context): Promise<string> {
  return post(ztunnel, `logging?level=${encodeURIComponent(levels.toWellFormed())}`, context)
}

/** Older ztunnels take `reset` only with a level beside it. */
async function back(ztunnel: MeshProxy, context: Context): Promise<string> {
  try {
    return await post(ztunnel, 'logging?reset', context)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return post(ztunnel, 'logging?level=info&reset', context)
  }
}

async function post(ztunnel: MeshProxy, path: string, { io }: Context): Promise<string> {
  return currentLevels(await posted(ztunnel, path, io.signal))
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
