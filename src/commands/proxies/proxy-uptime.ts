import type { Json } from '../../envoy/json.ts'
import { numberOf, stringOf } from '../../envoy/json.ts'
import { adminReply } from '../../envoy/proto-json/admin-reply.ts'
import { humanDuration } from '../../envoy/text/human-duration.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** How long a proxy has run when `/server_info` was read, as `3d4h`: its counters are as old. Undefined where that is not known. */
export async function proxyUptime(proxy: MeshProxy, signal: AbortSignal): Promise<string | undefined> {
  return uptimeOf(await optionalDocument(proxy, 'server_info', signal))
}

/** (envoy.admin.v3.ServerInfo) */
function uptimeOf(info: Json | undefined): string | undefined {
  const { uptime_current_epoch: uptime } = adminReply(info, 'ServerInfo')
  const seconds = numberOf(stringOf(uptime)?.replace(/s$/, ''))
  return seconds === undefined ? undefined : humanDuration(seconds * 1000)
}
