import type { Args, Context } from '../../contract/command.ts'
import type { Source } from '../../mesh/source.ts'
import type { ZtunnelDump } from '../../ztunnel/dump.ts'
import type { ZtunnelFilters } from '../../ztunnel/kind.ts'

/** What a ztunnel has loaded. */
export async function ztunnelDump(source: Source, { io }: Context): Promise<ZtunnelDump> {
  const [{ readDocument }, { readZtunnelDump }] = await Promise.all([
    import('../../envoy/input/read-document.ts'),
    import('../../ztunnel/dump.ts'),
  ])
  const bytes = await source.read('config_dump', io.signal)
  return readZtunnelDump(await readDocument(bytes, source.label), source.label)
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
