import type { Context } from '../../contract/command.ts'
import { savedTime } from '../../envoy/dump/saved-time.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { type Linted, lintedOf } from '../../lint/proxy/linted.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { readAuxiliaryPage } from '../proxies/read-auxiliary-page.ts'

/** A proxy with all that rules look at: its dump with endpoints, and what it says of its clusters and of itself. */
export async function readProxy(proxy: MeshProxy, context: Context): Promise<Linted> {
  const dump = await dumpWithEndpoints(proxy, context)
  const [serverInfo, clusters] = await Promise.all(
    ['server_info', 'clusters?format=json'].map((path) => readAuxiliaryPage(proxy, path, context)),
  )
  const moment = proxy.live ? context.io.now() : savedTime(dump, { serverInfo })
  const statuses = clusters === undefined ? undefined : clusterStatusesOf(clusters)
  return lintedOf(dump, { name: proxy.id.name, moment, serverInfo, statuses })
}
