import { tracer } from '../../analyses/explain/join/verification.ts'
import type { LoggingProxy } from '../../analyses/explain/view/explained-kind.ts'
import type { Args, Context } from '../../contract/command.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { proxyUptime } from '../proxies/proxy-uptime.ts'
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
  if (second !== undefined)
    throw new UsageError('explain reads the log of one proxy: name one pod', {
      hint: 'Beside a POD, -l and -A say which other proxies are asked about the hosts that fail.',
    })
  const { dump, clusters, stats } = await readProxy(proxy, args, context)
  const logging = {
    dump,
    traceOf: tracer({ dump, clusters, stats }),
    statuses: clusters === undefined ? [] : clusterStatusesOf(clusters),
    uptime: await proxyUptime(proxy, context.io.signal),
  }
  return { proxy, logging }
}
