import { meshIdentity } from '../../envoy/certificates/mesh-trust.ts'
import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { discoveredSecrets } from '../proxy/discovered-secrets.ts'
import type { Linted } from '../proxy/linted.ts'
import { routesOf, virtualHostsOf } from '../proxy/tables.ts'
import { expectedPeers } from './expected-peers.ts'
import type { FleetProxy } from './fleet.ts'
import { type EndpointsOfServices, endpointDifferences } from './service-endpoints.ts'

/** What is known of a proxy beside its dump. */
interface Known {
  /** What the API says of its pod; undefined where none is known. */
  readonly pod?: PodOfProxy | undefined
  readonly services?: EndpointsOfServices | undefined
  readonly loaded?: ReadonlyMap<string, string> | undefined
  /** Whether no other proxy is read beside it. */
  readonly isAlone?: boolean
  /** Whether rules ask which objects its configuration comes from. */
  readonly asksForOrigins?: boolean
}

interface PodOfProxy {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** What rules of several proxies look at of one. */
export function fleetProxy(
  proxy: Linted,
  { pod, services, loaded, isAlone = false, asksForOrigins = false }: Known,
): FleetProxy {
  const node = nodeOf(proxy.dump)
  const metadata = objectOf(node.metadata)
  const id = stringOf(node.id)?.split('~') ?? []
  const addresses = [...(stringOf(metadata.INSTANCE_IPS)?.split(',') ?? []), ...(id.length === 4 ? id.slice(1, 2) : [])]
  const revision = pod?.labels['istio.io/rev'] ?? stringOf(objectOf(metadata.LABELS)['istio.io/rev'])
  return {
    name: proxy.name,
    plane: controlPlaneOf(proxy.dump)?.name,
    workload: workloadOf(proxy, pod),
    addresses: [...new Set(addresses.filter(Boolean))],
    labels: pod?.labels ?? objectOf(metadata.LABELS),
    origins: asksForOrigins ? originsOf(proxy) : new Set(),
    chainSecrets: new Set(proxy.chains.flatMap(({ chain }) => [...discoveredSecrets(chain.transport_socket)])),
    identity: proxy.knows('secrets') ? meshIdentity(proxy.dump) : undefined,
    expects: isAlone ? [] : expectedPeers(proxy),
    differences:
      services === undefined ? [] : endpointDifferences(proxy, services, stringOf(metadata.CLUSTER_ID) || undefined),
    loaded,
    version: stringOf(metadata.ISTIO_VERSION) || undefined,
    revision: revision ?? 'default',
  }
}

function originsOf({ tables, chains }: Linted): ReadonlySet<string> {
  const found = new Set<string>()
  const add = ({ object }: { readonly object: string }) => {
    for (const one of object.split(', ')) found.add(one)
  }
  chains.forEach(add)
  for (const table of tables) for (const host of virtualHostsOf(table)) routesOf(host).forEach(add)
  return found
}

/** The hash of the template that a pod was made from: pods of two templates may rightly differ. */
const templateLabels = ['pod-template-hash', 'controller-revision-hash']

/**
 * Whose replica a proxy is, and of which template: `shop/web 5d8f`. By the pod's name and labels; else by what Istio's agent or another
 * control plane tells the proxy of itself.
 */
function workloadOf({ dump }: Pick<Linted, 'dump'>, pod: PodOfProxy | undefined): string | undefined {
  const node = nodeOf(dump)
  const { WORKLOAD_NAME, NAMESPACE, LABELS } = objectOf(node.metadata)
  const labels = pod?.labels ?? objectOf(LABELS)
  const template = templateLabels.map((label) => stringOf(labels[label])).find(Boolean)
  const ofTemplate = (workload: string) => [workload, template].filter(Boolean).join(' ')
  if (pod !== undefined) {
    const end = template === undefined ? -1 : pod.name.lastIndexOf(`-${template}-`)
    const short = end > 0 ? pod.name.slice(0, end) : pod.name.replace(/-[^-]+$/, '')
    return ofTemplate(`${pod.namespace}/${short}`)
  }
  const [name, namespace] = [stringOf(WORKLOAD_NAME), stringOf(NAMESPACE)]
  if (name && namespace) return ofTemplate(`${namespace}/${name}`)
  const cluster = stringOf(node.cluster)
  return cluster === undefined || cluster === '' ? undefined : ofTemplate(cluster)
}
