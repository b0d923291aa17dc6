import type { Context } from '../../contract/command.ts'
import { savedTime } from '../../envoy/dump/saved-time.ts'
import { readLoggers } from '../../envoy/model/loggers.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { statNumbers } from '../../envoy/proto-json/stats-reply.ts'
import { AppError } from '../../errors.ts'
import { type Linted, lintedOf, type Need } from '../../lint/proxy/linted.ts'
import type { Rule } from '../../lint/rule.ts'
import { posted } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { readAuxiliaryPage } from '../proxies/read-auxiliary-page.ts'

/** Envoy picks out what rules look at: all statistics are megabytes. */
const statsPage = `stats?filter=${encodeURIComponent(
  '^control_plane.connected_state$|upstream_rq_(total|retry|retry_overflow)$|upstream_cx_destroy_remote_with_active_rq$|^cluster.*.update_(no_rebuild|success)$',
)}&usedonly&format=json`

/**
 * A proxy with all that rules look at: its dump with endpoints, and what it says of its clusters and of itself.
 * @param rules statistics and levels of loggers are read for those alone that need them
 */
export async function readProxy(proxy: MeshProxy, context: Context, rules: readonly Rule[]): Promise<Linted> {
  const dump = await dumpWithEndpoints(proxy, context)
  const [serverInfo, clusters] = await Promise.all(
    ['server_info', 'clusters?format=json'].map((path) => readAuxiliaryPage(proxy, path, context)),
  )
  const moment = proxy.live ? context.io.now() : savedTime(dump, { serverInfo })
  const statuses = clusters === undefined ? undefined : clusterStatusesOf(clusters)
  const isNeeded = (need: Need) => rules.some(({ needs }) => needs?.includes(need))
  const stats = isNeeded('stats') ? statNumbers(await readAuxiliaryPage(proxy, statsPage, context)) : undefined
  const loggers = isNeeded('loggers') ? await levels(proxy, context) : undefined
  return lintedOf(dump, { name: proxy.id.name, moment, serverInfo, statuses, stats, loggers })
}

/** Undefined where nobody saved them. Envoy has the page as POST only, even to read it. */
async function levels(proxy: MeshProxy, { io, note }: Context): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    return readLoggers(await posted(proxy, 'logging', io.signal))
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    if (proxy.live) note(`${proxy.label}: /logging could not be read: ${error.message}`)
    return undefined
  }
}
