import { tracer } from '../../analyses/explain/join/verification.ts'
import type { LoggingProxy } from '../../analyses/explain/report/explained-kind.ts'
import type { Args, Context } from '../../contract/command.ts'
import { numberOf, stringOf } from '../../envoy/json.ts'
import { adminReply, clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { humanDuration } from '../../envoy/text/human-duration.ts'
import { UsageError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { readProxy } from '../trace/traced-proxy.ts'

/** The proxy that wrote the lines, and what is asked of it. */
export interface NamedProxy {
  readonly proxy: MeshProxy
  readonly logging: LoggingProxy
}

/** @throws UsageError when several are named */
export async function namedProxy(selection: Selection, args: Args, context: Context): Promise<NamedProxy | undefined> {
  const [proxy, second] = await context.open(selection)
  if (proxy === undefined) return undefined
  if (second !== undefined) throw new UsageError('explain reads the log of one proxy: name one pod')
  const { dump, clusters, stats } = await readProxy(proxy, args, context)
  const info = await optionalDocument(proxy, 'server_info', context.io.signal)
  const logging = {
    dump,
    traceOf: tracer({ dump, clusters, stats }),
    statuses: clusters === undefined ? [] : clusterStatusesOf(clusters),
    uptime: uptimeOf(info),
  }
  return { proxy, logging }
}

/** (envoy.admin.v3.ServerInfo) */
function uptimeOf(info: unknown): string | undefined {
  const { uptime_current_epoch: uptime } = adminReply(info, 'ServerInfo')
  const seconds = numberOf(stringOf(uptime)?.replace(/s$/, ''))
  return seconds === undefined ? undefined : humanDuration(seconds * 1000)
}
