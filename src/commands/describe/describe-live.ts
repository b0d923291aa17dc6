import { describePod } from '../../analyses/describe/describe-pod.ts'
import { type DescribedService, describeService } from '../../analyses/describe/describe-service.ts'
import type { DescriptionRow } from '../../analyses/describe/description-row.ts'
import { podRow, serviceRow } from '../../analyses/describe/kube-facts.ts'
import { isGateway } from '../../analyses/describe/traffic-side.ts'
import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/selection.ts'
import { type ServiceName, serviceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { addressesOfService } from '../../mesh/api/addresses-of-service.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import { servicesOfPod } from '../../mesh/api/services-of-pod.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { gatewayRows } from './gateway-rows.ts'
import { orElse } from './or-else.ts'

interface Wanted {
  readonly name: string
  readonly signal: AbortSignal
}

/** A pod of a cluster: the API's facts, its proxy's own dump, its services, the gateways that lead to them. */
export async function describeLivePod(
  args: Args,
  context: Context,
  { name, signal }: Wanted,
): Promise<DescriptionRow[]> {
  const cluster = await context.cluster()
  const pod = await cluster.pod(name, signal)
  const [dump, services] = await Promise.all([
    dumpOfPod(cluster, pod, args, context),
    orElse(context, servicesOfPod(cluster, pod, signal), []),
  ])
  const own = describePod(dump)
  const selecting = services.map((service) => nameOf(service))
  const named = new Map(
    [...own.services, ...selecting].map((service) => [`${service.name}.${service.namespace}`, service]),
  )
  return [
    podRow(pod),
    ...services.map(serviceRow),
    ...own.rows,
    ...[...named.values()].flatMap((service) => describeService(dump, service)),
    ...(await ofGateways(args, context, cluster, { services: [...named.values()], but: pod, signal })),
  ]
}

/**
 * A service of a cluster, as the proxy of one of its pods (or of `--from`) knows it, and as gateways do. Pods without a proxy are no
 * obstacle: gateways alone answer then.
 */
export async function describeLiveService(
  args: Args,
  context: Context,
  { name, signal }: Wanted,
): Promise<DescriptionRow[]> {
  const cluster = await context.cluster()
  const { name: short, namespace = cluster.namespace } = serviceName(name, undefined)
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/services/${pathSegment(short)}`
  const from = args.string('from')
  // Through another proxy, a host that is no Service (of a ServiceEntry, say) can be described as well.
  const found = forbidden(cluster.get(path, signal), { resource: 'services', verbs: ['get'], namespace })
  const object = from === undefined ? await found : await orElse(context, found, undefined)
  const service: DescribedService =
    object === undefined
      ? serviceName(name, undefined)
      : { ...nameOf(object), addresses: await orElse(context, addressesOfService(cluster, object, signal), undefined) }
  const pod =
    from === undefined
      ? await ownProxy(args, context, cluster, { name: `service/${short}.${namespace}`, signal })
      : await cluster.pod(from, signal)
  const own = pod === undefined ? [] : await ofProxy(args, context, cluster, { pod, service, from })
  return [
    ...(object === undefined ? [] : [serviceRow(object)]),
    ...own,
    ...(await ofGateways(args, context, cluster, { services: [service], but: pod, signal })),
  ]
}

/** A pod of a service that has a proxy; undefined, with a note, where it has none and gateways can be asked. */
async function ownProxy(
  args: Args,
  context: Context,
  cluster: Cluster,
  { name, signal }: Wanted,
): Promise<Pod | undefined> {
  const asked = cluster.pod(name, signal)
  if (args.boolean('gateways') === false || proxyOptions(args).adminPort !== undefined) return asked
  const pod = await orElse(context, asked, undefined)
  if (pod === undefined || adminPort(pod).container !== undefined) return pod
  context.note(`pod ${pod.namespace}/${pod.name} has no proxy that is known: gateways alone are asked`)
  return undefined
}

async function ofProxy(
  args: Args,
  context: Context,
  cluster: Cluster,
  { pod, service, from }: { readonly pod: Pod; readonly service: DescribedService; readonly from: string | undefined },
): Promise<DescriptionRow[]> {
  const dump = await dumpOfPod(cluster, pod, args, context)
  context.note(`What the proxy of pod ${pod.namespace}/${pod.name} has loaded:`)
  // Of a gateway's own service, all that the gateway does.
  return [...(from === undefined && isGateway(dump) ? describePod(dump).rows : []), ...describeService(dump, service)]
}

interface OfGateways {
  readonly services: readonly DescribedService[]
  readonly but: Pod | undefined
  readonly signal: AbortSignal
}

async function ofGateways(
  args: Args,
  context: Context,
  cluster: Cluster,
  question: OfGateways,
): Promise<DescriptionRow[]> {
  if (args.boolean('gateways') === false || question.services.length === 0) return []
  return gatewayRows(context, cluster, { ...question, read: (pod) => dumpOfPod(cluster, pod, args, context) })
}

function dumpOfPod(cluster: Cluster, pod: Pod, args: Args, context: Context): Promise<ConfigDump> {
  return dumpWithEndpoints(cluster.proxy(pod, proxyOptions(args)), context)
}

function nameOf(service: JsonObject): ServiceName {
  const { name, namespace } = objectOf(service.metadata)
  return { name: stringOf(name) ?? '', namespace: stringOf(namespace) }
}
