import { levelRequests } from '../../admin/level-requests.ts'
import { changedLoggersView, loggersView } from '../../admin/loggers-view.ts'
import { startLevels } from '../../admin/start-levels.ts'
import type { WantedLevels } from '../../admin/wanted-levels.ts'
import { wantedLevels } from '../../admin/wanted-levels.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { objectOf } from '../../envoy/json.ts'
import { readLoggers } from '../../envoy/model/loggers.ts'
import { nearNames } from '../../envoy/text/near-names.ts'
import { AppError, UsageError } from '../../errors.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import { posted } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { View } from '../../view.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { viewOfEach } from '../proxies/view-of-each.ts'

/** Levels of loggers, changed where that is asked. */
export async function showLoggers(args: Args, context: Context): Promise<number> {
  const wanted = await wantedOf(args)
  const selection = selectionOf(args, { command: 'log', every: true })
  const proxies = await context.open(selection)
  const levelsOf = async (proxy: MeshProxy) => readLoggers(await posted(proxy, 'logging', context.io.signal))
  if (wanted === undefined) {
    const { view, code } = await viewOfEach({ selection, proxies }, context, async (proxy) =>
      loggersView(await levelsOf(proxy), proxy.label),
    )
    await context.render(view)
    return code
  }
  const { results: known, code } = await eachProxy(proxies, context, async (proxy) => {
    return { proxy, levels: await levelsOf(proxy) }
  })
  if (wanted !== 'start') for (const { proxy, levels } of known) await requireLoggers(wanted, levels, proxy)
  const before = new Map(known.map(({ proxy, levels }) => [proxy, levels]))
  const changed = await viewOfEach({ selection, proxies: [...before.keys()] }, context, async (proxy) => {
    return change({ proxy, levels: before.get(proxy) ?? new Map() }, wanted, context)
  })
  await context.render(changed.view)
  return Math.max(code, changed.code)
}

async function wantedOf(args: Args): Promise<WantedLevels | 'start' | undefined> {
  const levels = args.strings('level')
  const reset = args.boolean('reset') === true
  if (reset && levels.length > 0) throw new UsageError('--level cannot be combined with --reset')
  if (reset) return 'start'
  if (levels.length === 0) return undefined
  return wantedLevels(levels.join(','))
}

/** Names are compared exactly, and for every proxy before any of them is changed. */
async function requireLoggers(
  { loggers }: WantedLevels,
  levels: ReadonlyMap<string, string>,
  { label }: MeshProxy,
): Promise<void> {
  const unknown = [...loggers.keys()].find((name) => !levels.has(name))
  if (unknown === undefined) return
  const near = nearNames(unknown, [...levels.keys()])
  throw new AppError(`unrecognized logger name: ${unknown} (${label})`, {
    hint:
      near.length === 0 ? 'The same command without --level lists the loggers.' : `Did you mean ${near.join(' or ')}?`,
  })
}

interface Known {
  readonly proxy: MeshProxy
  readonly levels: ReadonlyMap<string, string>
}

async function change({ proxy, levels }: Known, wanted: WantedLevels | 'start', context: Context): Promise<View> {
  const { label } = proxy
  const { signal } = context.io
  context.note(`${label}: changing log levels of the running proxy; a restart undoes it`)
  const target = wanted === 'start' ? await levelsAtStart(proxy, signal) : wanted
  for (const path of levelRequests(target)) await posted(proxy, path, signal)
  // Envoy takes /logging as POST only, even to read it.
  const now = readLoggers(await posted(proxy, 'logging', signal))
  return changedLoggersView(levels, now, label)
}

async function levelsAtStart(proxy: MeshProxy, signal: AbortSignal): Promise<WantedLevels> {
  return startLevels(objectOf(await requiredDocument(proxy, 'server_info', signal)))
}
