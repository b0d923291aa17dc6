import { type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { hostPort } from '../../envoy/model/ip.ts'
import { itemsOf } from './list-pages.ts'
import type { ObjectReader } from './object-reader.ts'
import { pathSegment } from './path-segment.ts'
import { forbidden } from './rbac.ts'

/**
 * The addresses that a Service stands for, `IP:PORT`: those of its endpoints and, with the Service's own ports, its cluster IPs.
 * @param service as the API has it
 * @throws ApiError with the missing rule when listing EndpointSlices is forbidden
 */
export async function addressesOfService(
  api: ObjectReader,
  service: JsonObject,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { name = '', namespace = '' } = objectOf(service.metadata)
  const { clusterIPs, clusterIP, ports } = objectOf(service.spec)
  const own = [...stringsOf(clusterIPs), stringOf(clusterIP) ?? ''].filter((ip) => ip !== '' && ip !== 'None')
  const place = `namespaces/${pathSegment(stringOf(namespace) ?? '')}/endpointslices`
  const selector = encodeURIComponent(`kubernetes.io/service-name=${stringOf(name) ?? ''}`)
  const list = await forbidden(api.get(`/apis/discovery.k8s.io/v1/${place}?labelSelector=${selector}`, signal), {
    resource: 'endpointslices',
    group: 'discovery.k8s.io',
    verbs: ['list'],
    namespace: stringOf(namespace) ?? '',
  })
  return new Set([
    ...pairs(own, portsOf(ports)),
    ...itemsOf(list, 'endpointslices').flatMap(({ endpoints, ports }) =>
      pairs(
        objectsOf(endpoints).flatMap(({ addresses }) => stringsOf(addresses)),
        portsOf(ports),
      ),
    ),
  ])
}

function portsOf(ports: unknown): number[] {
  return objectsOf(ports).flatMap(({ port }) => numberOf(port) ?? [])
}

function pairs(ips: readonly string[], ports: readonly number[]): string[] {
  return ips.flatMap((ip) => ports.map((port) => hostPort(ip, port)))
}
