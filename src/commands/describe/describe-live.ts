import { describePod } from '../../analyses/describe/describe-pod.ts'
import { describeService } from '../../analyses/describe/describe-service.ts'
import type { DescriptionRow } from '../../analyses/describe/description-row.ts'
import { podRow, serviceRow } from '../../analyses/describe/kube-facts.ts'
import { isGateway } from '../../analyses/describe/traffic-side.ts'
import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/selection.ts'
import { type ServiceName, serviceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import { servicesOfPod } from '../../mesh/api/services-of-pod.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'

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
    ...(await gatewayRows(args, context, cluster, { services: [...named.values()], but: pod, signal })),
  ]
}

/** A service of a cluster, as the proxy of one of its pods (or of `--from`) knows it. */
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
  const pod = await cluster.pod(from ?? `service/${short}.${namespace}`, signal)
  const dump = await dumpOfPod(cluster, pod, args, context)
  const service = object === undefined ? serviceName(name, undefined) : nameOf(object)
  context.note(`What the proxy of pod ${pod.namespace}/${pod.name} has loaded:`)
  return [
    ...(object === undefined ? [] : [serviceRow(object)]),
    // Of a gateway's own service, all that the gateway does.
    ...(from === undefined && isGateway(dump) ? describePod(dump).rows : []),
    ...describeService(dump, service),
    ...(await gatewayRows(args, context, cluster, { services: [service], but: pod, signal })),
  ]
}

function dumpOfPod(cluster: Cluster, pod: Pod, args: Args, context: Context): Promise<ConfigDump> {
  return dumpWithEndpoints(cluster.proxy(pod, proxyOptions(args)), context)
}

function nameOf(service: Parameters<typeof serviceRow>[0]): ServiceName {
  const { name, namespace } = objectOf(service.metadata)
  return { name: stringOf(name) ?? '', namespace: stringOf(namespace) }
}

interface GatewayQuestion {
  readonly services: readonly ServiceName[]
  /** The pod that is described already. */
  readonly but: Pod
  readonly signal: AbortSignal
}

/** Labels of gateways: Istio's own, and those of the Gateway API. */
const gatewaySelectors = ['istio in (ingressgateway,egressgateway)', 'gateway.networking.k8s.io/gateway-name']

/** Listeners and routes of the mesh's gateways that lead to a service; one pod of each gateway is read. */
async function gatewayRows(
  args: Args,
  context: Context,
  cluster: Cluster,
  { services, but, signal }: GatewayQuestion,
): Promise<DescriptionRow[]> {
  if (args.boolean('gateways') === false || services.length === 0) return []
  const lists = await Promise.all(
    gatewaySelectors.map((selector) => orElse(context, cluster.list({ namespace: '', selector }, signal), [])),
  )
  const gateways = new Map(
    lists
      .flat()
      .filter((pod) => pod.phase === 'Running' && !(pod.name === but.name && pod.namespace === but.namespace))
      .map((pod) => [gatewayName(pod), pod]),
  )
  const found = await Promise.all(
    [...gateways].map(async ([name, pod]) => {
      const dump = await orElse(context, dumpOfPod(cluster, pod, args, context), undefined)
      const rows = dump === undefined ? [] : services.flatMap((service) => describeService(dump, service))
      const leading = rows.filter(({ part }) => part === 'Listener' || part === 'Route')
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
  return found.flat()
}

function gatewayName({ namespace, labels, name }: Pod): string {
  const own =
    labels['gateway.networking.k8s.io/gateway-name'] ?? labels['service.istio.io/canonical-name'] ?? labels.app
  return `${own ?? name}.${namespace}`
}

/** An answer that helps but is not needed: what stands in its way is a note. */
async function orElse<T>({ io, note }: Context, answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(error.message)
    return otherwise
  }
}
