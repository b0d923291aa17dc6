import { isIP } from 'node:net'
import { numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { AdsQuery } from '../../mesh/ads.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import type { PodAddress } from '../kube/proxy/port-forward.ts'

/**
 * The pod of the control plane that a proxy's bootstrap names, and the port it listens on.
 * @throws ApiError when Services or pods may not be read; AppError when the name leads to none
 */
export async function findServer(cluster: KubeCluster, query: AdsQuery, signal?: AbortSignal): Promise<PodAddress> {
  const { server, pod, options } = query
  const { pods, portOf, label } =
    isIP(server.host) === 0
      ? await behindService(cluster, serviceOf(server.host, pod.namespace), server.port, signal)
      : await atAddress(cluster, server.host, server.port, signal)
  const running = pods.filter(({ phase }) => phase === 'Running')
  const [first] = [...running.filter(({ ready }) => ready), ...running]
  if (first !== undefined) {
    return { name: first.name, namespace: first.namespace, port: options.port ?? portOf(first) }
  }
  throw new AppError(`no pod of the control plane runs: ${label} has none`, { hint: byHand })
}

const byHand = '--xds-address HOST:PORT names a control plane that no Service of this cluster leads to.'

interface Candidates {
  readonly pods: readonly Pod[]
  portOf(pod: Pod): number
  /** How errors name where they were looked for. */
  readonly label: string
}

interface ServiceName {
  readonly name: string
  readonly namespace: string
}

/** `NAME`, `NAME.NAMESPACE`, `NAME.NAMESPACE.svc.cluster.local`. */
function serviceOf(host: string, here: string): ServiceName {
  const [name = '', namespace = here, svc = 'svc'] = host.split('.')
  if (svc === 'svc') return { name, namespace }
  throw new AppError(`the control plane's name "${host}" is not one of a Service`, { hint: byHand })
}

async function behindService(
  cluster: KubeCluster,
  { name, namespace }: ServiceName,
  port: number,
  signal?: AbortSignal,
): Promise<Candidates> {
  const label = `Service "${name}" in namespace "${namespace}"`
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/services/${pathSegment(name)}`
  const permission = { resource: 'services', verbs: ['get'], namespace }
  const service = await forbidden(cluster.get(path, signal), permission).catch((error) => {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    throw new AppError(`the proxy's control plane is ${label}, which does not exist`, { cause: error, hint: byHand })
  })
  const { selector, ports } = objectOf(service.spec)
  const labels = Object.entries(objectOf(selector)).map(([key, value]) => `${key}=${String(value)}`)
  if (labels.length === 0) throw new AppError(`${label} selects no pods`, { hint: byHand })
  const { targetPort } = objectOf(objectsOf(ports).find((each) => each.port === port))
  return {
    pods: await cluster.list({ namespace, selector: labels.join(',') }, signal),
    portOf: (pod) => numberOf(targetPort) ?? namedPort(pod, stringOf(targetPort)) ?? port,
    label,
  }
}

function namedPort({ containers }: Pod, name: string | undefined): number | undefined {
  return containers.flatMap(({ ports }) => ports).find((each) => each.name === name)?.port
}

async function atAddress(cluster: KubeCluster, host: string, port: number, signal?: AbortSignal): Promise<Candidates> {
  const pods = await cluster.list({ namespace: '', fieldSelector: `status.podIP=${host}` }, signal)
  return { pods, portOf: () => port, label: `the address ${host}` }
}
