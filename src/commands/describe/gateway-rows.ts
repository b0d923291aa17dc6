import { type DescribedService, describeService } from '../../analyses/describe/describe-service.ts'
import type { DescriptionRow } from '../../analyses/describe/description-row.ts'
import { serviceRow } from '../../analyses/describe/kube-facts.ts'
import type { Context } from '../../contract/command.ts'
import { controlPlanes } from '../../envoy/control-plane/index.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { servicesOfPod } from '../../mesh/api/services-of-pod.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { orElse } from './or-else.ts'

interface GatewayQuestion {
  readonly services: readonly DescribedService[]
  /** The pod that is described already; undefined where none was. */
  readonly but: Pod | undefined
  /** Reads what the proxy of a pod has loaded. */
  readonly read: (pod: Pod) => Promise<ConfigDump>
  readonly signal: AbortSignal
}

/**
 * Listeners and routes of the cluster's gateways that lead to services; one pod of each gateway is read. Notes say which gateways have
 * none.
 */
export async function gatewayRows(
  context: Context,
  cluster: Cluster,
  { services, but, read, signal }: GatewayQuestion,
): Promise<DescriptionRow[]> {
  const gateways = await gatewaysOf(context, cluster, signal)
  const others = [...gateways].filter(([, pod]) => !(pod.name === but?.name && pod.namespace === but.namespace))
  const without: string[] = []
  const found = await Promise.all(
    others.map(async ([name, pod]) => {
      const dump = await orElse(context, read(pod), undefined)
      const rows = dump === undefined ? [] : services.flatMap((service) => describeService(dump, service))
      const leading = rows.filter(({ part }) => part === 'Listener' || part === 'Route')
      if (dump !== undefined && leading.length === 0) without.push(name)
      if (leading.length === 0) return []
      // Where the gateway itself is reached, as its Services say.
      const own = await orElse(context, servicesOfPod(cluster, pod, signal), [])
      return [...own.map(serviceRow), ...leading].map((row) => ({
        ...row,
        part: `Gateway ${row.part.toLowerCase()}`,
        name: row.part === 'Service' ? row.name : `${name} ${row.name}`,
      }))
    }),
  )
  if (without.length > 0) {
    const names = services.map(({ name, namespace }) => (namespace === undefined ? name : `${name}.${namespace}`))
    context.note(`No route leads to ${names.join(' or ')} in gateway ${without.toSorted().join(', ')}`)
  }
  return found.flat()
}

/** A pod of each gateway, by its name; why they cannot be listed is reported once. */
async function gatewaysOf(context: Context, cluster: Cluster, signal: AbortSignal): Promise<ReadonlyMap<string, Pod>> {
  const selectors = new Set(controlPlanes.flatMap(({ gateways }) => gateways?.selectors ?? []))
  const failures = new Set<string>()
  const lists = await Promise.all(
    [...selectors].map((selector) =>
      orElse(
        { io: context.io, note: (text) => failures.add(text) },
        cluster.list({ namespace: '', selector }, signal),
        [],
      ),
    ),
  )
  for (const failure of failures) context.note(failure)
  const pods = lists.flat().filter((pod) => pod.phase === 'Running' && adminPort(pod).container !== undefined)
  return new Map(pods.map((pod) => [gatewayName(pod), pod]))
}

/** As its control plane calls the gateway, else by the label `app`, else by the pod. */
function gatewayName({ namespace, labels, name }: Pod): string {
  for (const { gateways } of controlPlanes) {
    const own = gateways?.nameLabels?.map((label) => labels[label]).find((value) => value !== undefined)
    const place = gateways?.namespaceLabel === undefined ? undefined : labels[gateways.namespaceLabel]
    if (own !== undefined) return `${own}.${place ?? namespace}`
  }
  return `${labels.app ?? name}.${namespace}`
}
