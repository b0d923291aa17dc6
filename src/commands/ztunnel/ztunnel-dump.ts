import type { Args, Context } from '../../contract/command.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { ZtunnelDump } from '../../ztunnel/dump.ts'
import { readZtunnelDump } from '../../ztunnel/dump.ts'
import type { ZtunnelFilters } from '../../ztunnel/kind.ts'

/** What a ztunnel has loaded. */
export async function ztunnelDump(proxy: MeshProxy, { io }: Context): Promise<ZtunnelDump> {
  return readZtunnelDump(await requiredDocument(proxy, 'config_dump', io.signal), proxy.label)
}

/** @param workload the pod that was named as target */
export function ztunnelFilters(args: Args, workload: ZtunnelFilters['workload']): ZtunnelFilters {
  return {
    address: args.string('address'),
    workloadNamespace: args.string('workload-namespace'),
    workloadNode: args.string('workload-node'),
    serviceNamespace: args.string('service-namespace'),
    policyNamespace: args.string('policy-namespace'),
    direction: args.string('direction'),
    raw: args.boolean('raw'),
    workload,
  }
}
