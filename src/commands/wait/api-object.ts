import type { ChangedObject } from '../../analyses/wait/delivered.ts'
import type { ApiObjectName } from '../../analyses/wait/wait-condition.ts'
import { numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { UsageError } from '../../errors.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import type { Cluster } from '../../mesh/cluster.ts'

/** Where the API server has objects that control planes name in what they send, by their kind. */
export const objectResources: ReadonlyMap<string, readonly [group: string, version: string, resource: string]> =
  new Map(
    [
      ['VirtualService', 'networking.istio.io', 'v1', 'virtualservices'],
      ['DestinationRule', 'networking.istio.io', 'v1', 'destinationrules'],
      ['ServiceEntry', 'networking.istio.io', 'v1', 'serviceentries'],
      ['Sidecar', 'networking.istio.io', 'v1', 'sidecars'],
      ['Gateway', 'gateway.networking.k8s.io', 'v1', 'gateways'],
      ['HTTPRoute', 'gateway.networking.k8s.io', 'v1', 'httproutes'],
      ['GRPCRoute', 'gateway.networking.k8s.io', 'v1', 'grpcroutes'],
      ['TLSRoute', 'gateway.networking.k8s.io', 'v1alpha2', 'tlsroutes'],
      ['TCPRoute', 'gateway.networking.k8s.io', 'v1alpha2', 'tcproutes'],
      ['HTTPProxy', 'projectcontour.io', 'v1', 'httpproxies'],
    ].map(([kind = '', group = '', version = '', resource = '']) => [kind.toLowerCase(), [group, version, resource]]),
  )

/**
 * Reads an object and when it was changed last, its status left aside.
 * @throws UsageError for a kind that no control plane names, ApiError when it is not there or may not be read
 */
export async function changedObject(
  { kind, name, namespace: given }: ApiObjectName,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ChangedObject> {
  const found = objectResources.get(kind.toLowerCase())
  if (found === undefined)
    throw new UsageError(`no control plane says in what it sends that it was made from a ${kind}`, {
      hint: `It is one of ${[...objectResources.values()].map(([, , resource]) => resource).join(', ')}, in the singular.`,
    })
  const [group, version, resource] = found
  const namespace = given ?? cluster.namespace
  const path = `/apis/${group}/${version}/namespaces/${pathSegment(namespace)}/${resource}/${pathSegment(name)}`
  const { metadata } = await forbidden(cluster.get(path, signal), { resource, group, verbs: ['get'], namespace })
  const { generation, creationTimestamp, managedFields } = objectOf(metadata)
  // A capture of before these were kept does not say when: an object is changed later than it is made.
  const times = objectsOf(managedFields)
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time }) => stringOf(time))
  const changes = (managedFields === undefined ? [] : [stringOf(creationTimestamp), ...times])
    .flatMap((time) => (time === undefined ? [] : [Date.parse(time)]))
    .filter((time) => !Number.isNaN(time))
  const newest = changes.reduce<number | undefined>((last, time) => Math.max(last ?? time, time), undefined)
  return {
    kind,
    name,
    namespace,
    generation: numberOf(generation),
    changedAt: newest === undefined ? undefined : new Date(newest),
  }
}
