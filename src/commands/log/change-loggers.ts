import { levelRequests } from '../../admin/level-requests.ts'
import { loggers } from '../../admin/loggers.ts'
import { changedLoggersView } from '../../admin/loggers-view.ts'
import { startLevels } from '../../admin/start-levels.ts'
import type { WantedLevels } from '../../admin/wanted-levels.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { objectOf } from '../../envoy/json.ts'
import { nearNames } from '../../envoy/text/near-names.ts'
import { AppError, exitCode } from '../../errors.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import { posted } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { View } from '../../view.ts'
import { pagesOf } from '../analysis/run-proxy-analysis.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { showEach } from '../proxies/show-each.ts'

/** Changes levels of loggers, and shows those that changed. */
export async function changeLoggers(wanted: WantedLevels | 'start', args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'log', every: true, many: true })
  const { results: known, code } = await eachProxy(await context.open(selection), context, async (proxy) => ({
    proxy,
    levels: await loggers.facts(pagesOf(proxy, context), undefined),
  }))
  // Who ends the reading wants no change.
  if (code === exitCode.interrupted) return code
  if (wanted !== 'start') for (const { proxy, levels } of known) await requireLoggers(wanted, levels, proxy)
  // By name: what reads many hands on proxies of its own making.
  const before = new Map(known.map(({ proxy, levels }) => [proxy.id.name, levels]))
  const proxies = known.map(({ proxy }) => proxy)
  const changed = await showEach({ selection, proxies }, args, context, async (proxy) => {
    return change({ proxy, levels: before.get(proxy.id.name) ?? new Map() }, wanted, context)
  })
  return Math.max(code, changed)
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
  return changedLoggersView(levels, await loggers.facts(pagesOf(proxy, context), undefined), label)
}

async function levelsAtStart(proxy: MeshProxy, signal: AbortSignal): Promise<WantedLevels> {
  return startLevels(objectOf(await requiredDocument(proxy, 'server_info', signal)))
}
