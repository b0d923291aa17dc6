import { serviceIn } from '../../envoy/control-plane/service-name.ts'
import { type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { hostPort } from '../../envoy/model/ip.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { discoveryOf } from '../../semantics/clusters/discovery-type.ts'
import type { Host } from '../../semantics/clusters/hosts.ts'
import type { Linted } from '../proxy/linted.ts'
import type { ClusterPlace, Place } from '../proxy/places.ts'

/** The endpoints of a Service, as the API server has them. */
export interface ServiceEndpoints {
  /** `NAMESPACE/NAME` */
  readonly service: string
  /** Addresses of all endpoints, ready or not, and of the Service itself. */
  readonly known: ReadonlySet<string>
  /** `IP:PORT` of the endpoints that are ready, by the name of the Service's port. */
  readonly ready: ReadonlyMap<string, readonly string[]>
  /** The names of its ports by their number. */
  readonly portNames: ReadonlyMap<number, string>
  /** Whether a proxy is to have endpoints of its own node alone. */
  readonly isNodeLocal: boolean
}

/** By `NAMESPACE/NAME`; Services without EndpointSlices are left out. */
export type EndpointsOfServices = ReadonlyMap<string, ServiceEndpoints>

/** Where the hosts of a cluster are not the endpoints of its Service. */
export interface EndpointDifference {
  /** The cluster, without what it holds: that would keep the dump. */
  readonly at: Pick<Place, 'resource' | 'path' | 'object' | 'reach'>
  readonly cluster: string
  readonly service: string
  /** Hosts that no EndpointSlice of the Service has. */
  readonly stale: readonly string[]
  /** Ready endpoints that the cluster does not have. */
  readonly missing: readonly string[]
}

/**
 * Reads Services and EndpointSlices.
 * @param services items of a ServiceList
 * @param slices items of an EndpointSliceList, `discovery.k8s.io/v1`
 */
export function endpointsOfServices(
  services: readonly JsonObject[],
  slices: readonly JsonObject[],
): EndpointsOfServices {
  const found = new Map<string, ServiceEndpoints>()
  const byService = Map.groupBy(slices, (slice) => {
    const { namespace, labels } = objectOf(slice.metadata)
    return `${stringOf(namespace) ?? ''}/${stringOf(objectOf(labels)['kubernetes.io/service-name']) ?? ''}`
  })
  for (const service of services) {
    const { name, namespace } = objectOf(service.metadata)
    const key = `${stringOf(namespace) ?? ''}/${stringOf(name) ?? ''}`
    const own = byService.get(key)
    if (own !== undefined) found.set(key, endpointsOf(key, objectOf(service.spec), own))
  }
  return found
}

function endpointsOf(service: string, spec: JsonObject, slices: readonly JsonObject[]): ServiceEndpoints {
  const known = new Set([...stringsOf(spec.clusterIPs), ...stringsOf([spec.clusterIP])])
  const ready = new Map<string, string[]>()
  for (const slice of slices) {
    const endpoints = objectsOf(slice.endpoints)
    for (const { addresses } of endpoints) for (const address of stringsOf(addresses)) known.add(address)
    // A condition that is not given is to be taken for true.
    const able = endpoints.filter(
      ({ conditions }) => objectOf(conditions).ready !== false && objectOf(conditions).terminating !== true,
    )
    for (const { name, port } of objectsOf(slice.ports)) {
      const number = numberOf(port)
      if (number === undefined) continue
      const ofPort = ready.get(stringOf(name) ?? '') ?? []
      ready.set(stringOf(name) ?? '', ofPort)
      for (const { addresses } of able)
        for (const address of stringsOf(addresses)) ofPort.push(hostPort(address, number))
    }
  }
  const portNames = new Map(
    objectsOf(spec.ports).flatMap(({ name, port }): [number, string][] => {
      const number = numberOf(port)
      return number === undefined ? [] : [[number, stringOf(name) ?? '']]
    }),
  )
  return { service, known, ready, portNames, isNodeLocal: spec.internalTrafficPolicy === 'Local' }
}

/** Where what a proxy has of Services is not what the API server has. Hosts of other Kubernetes clusters are left aside. */
export function endpointDifferences(
  proxy: Linted,
  services: EndpointsOfServices,
  ownCluster: string | undefined,
): EndpointDifference[] {
  const found: EndpointDifference[] = []
  for (const place of proxy.clusters) {
    const service = discoveryOf(place.cluster).type === 'EDS' ? services.get(serviceKey(place)) : undefined
    const set = service === undefined ? undefined : proxy.hosts(place.cluster)
    if (service === undefined || set === undefined) continue
    const { stale, missing } = differenceOf(place, set.hosts, service, ownCluster)
    if (stale.length + missing.length > 0)
      found.push({ at: atOf(place), cluster: place.name, service: service.service, stale, missing })
  }
  return found
}

function atOf({ resource, path, object, reach }: ClusterPlace): EndpointDifference['at'] {
  return { resource, path, object, reach }
}

/** What both found, at two moments: a pod that came or went in between is no difference. */
export function lastingDifferences(
  before: readonly EndpointDifference[],
  services: EndpointsOfServices,
): EndpointDifference[] {
  return before.flatMap((difference) => {
    const now = services.get(difference.service)
    if (now === undefined) return []
    const ready = new Set([...now.ready.values()].flat())
    const stale = difference.stale.filter((host) => !now.known.has(addressIn(host)))
    const missing = difference.missing.filter((host) => ready.has(host))
    return stale.length + missing.length === 0 ? [] : [{ ...difference, stale, missing }]
  })
}

function addressIn(host: string): string {
  return host.slice(0, host.lastIndexOf(':')).replace(/^\[|\]$/g, '')
}

function serviceKey({ name, cluster }: ClusterPlace): string {
  const istio = objectOf(objectOf(objectOf(cluster.metadata).filter_metadata).istio)
  const [own, another] = objectsOf(istio.services)
  const named = own !== undefined && another === undefined ? own : serviceIn(name)
  return named === undefined ? '' : `${String(named.namespace)}/${String(named.name)}`
}

function differenceOf(
  { name }: ClusterPlace,
  hosts: readonly Host[],
  { known, ready, portNames, isNodeLocal }: ServiceEndpoints,
  ownCluster: string | undefined,
): Pick<EndpointDifference, 'stale' | 'missing'> {
  // A tunnel has the address of the pod in its metadata, where each control plane writes it in its own way.
  if (hosts.some(({ socket }) => socket === undefined)) return { stale: [], missing: [] }
  const here = hosts.filter((host) => isOf(host, ownCluster))
  const stale = here.filter(({ socket }) => socket !== undefined && !known.has(socket.address))
  const { subset, port, direction } = clusterName(name)
  const portName = port === undefined ? undefined : portNames.get(port)
  const isWhole = subset === undefined && direction === 'outbound' && portName !== undefined && !isNodeLocal
  const labels = new Set(hosts.map(({ label }) => label))
  const wanted = isWhole ? (ready.get(portName) ?? []) : []
  return {
    stale: [...new Set(stale.map(({ label }) => label))].sort(),
    missing: wanted.filter((host) => !labels.has(host) && isReachable(host, hosts)).sort(),
  }
}

/** Istio writes `WORKLOAD;NAMESPACE;NAME;REVISION;CLUSTER` of an endpoint; without it, the endpoint is taken for one of this cluster. */
function isOf({ metadata }: Host, ownCluster: string | undefined): boolean {
  const [, , , , cluster] = (stringOf(objectOf(metadata.istio).workload) ?? '').split(';')
  return !cluster || ownCluster === undefined || cluster === ownCluster
}

/** A proxy of one address family has the endpoints of that alone; where it has none, nothing tells which it would have. */
function isReachable(host: string, hosts: readonly Host[]): boolean {
  const isV6 = host.startsWith('[')
  return hosts.length === 0 ? !isV6 : hosts.some(({ label }) => label.startsWith('[') === isV6)
}
