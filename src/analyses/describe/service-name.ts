import type { Entry } from '../../envoy/dump/config-dump.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { provenanceOf } from '../../envoy/model/provenance.ts'

/** A service as the user names it: by its name, perhaps with a namespace, or by a host name. */
export interface ServiceName {
  readonly name: string
  /** Any namespace when undefined. */
  readonly namespace: string | undefined
}

/** `reviews`, `reviews.default`, `reviews.default.svc.cluster.local`, any host name of a ServiceEntry, or the name of a cluster. */
export function serviceName(text: string, namespace: string | undefined): ServiceName {
  const host = clusterName(text).host || text
  const [, name, own] = /^([^.]+)\.([^.]+)(?:\.svc(?:\..*)?)?$/.exec(host) ?? []
  return name === undefined ? { name: host, namespace } : { name, namespace: own }
}

/** Whether a host name is the service's. */
export function isHostOf(host: string, { name, namespace }: ServiceName): boolean {
  if (host === name || host === `${name}.${namespace}`) return true
  const [, hostName, hostNamespace] = /^([^.]+)\.([^.]+)\.svc\./.exec(host) ?? []
  return hostName === name && (namespace === undefined || hostNamespace === namespace)
}

/**
 * Whether the names of one host are the service's. Istio writes `reviews` next to `reviews.default.svc.cluster.local` for the
 * proxies in that namespace: beside the full name of another service, a short one does not count.
 */
export function areHostsOf(hosts: readonly string[], service: ServiceName): boolean {
  const full = hosts.filter((host) => /^[^.]+\.[^.]+\.svc\./.test(host))
  return (full.length > 0 ? full : hosts).some((host) => isHostOf(host, service))
}

/** Whether a cluster stands for the service: its metadata says so (Istio, Envoy Gateway, Kuma), or its name. */
export function isClusterOf({ name, resource }: Pick<Entry, 'name' | 'resource'>, service: ServiceName): boolean {
  const metadata = objectOf(objectOf(resource.metadata).filter_metadata)
  const istio = objectsOf(objectOf(metadata.istio).services)
  const named = [...istio, ...provenanceOf(resource.metadata).filter(({ kind }) => /Service$/.test(kind))]
  const byMetadata = named.some(
    (own) => own.name === service.name && (service.namespace === undefined || own.namespace === service.namespace),
  )
  return byMetadata || istio.some(({ host }) => isHostOf(stringOf(host) ?? '', service)) || byName(name, service)
}

function byName(cluster: string, service: ServiceName): boolean {
  if (isHostOf(clusterName(cluster).host, service)) return true
  // Contour `NAMESPACE/NAME/PORT/HASH`, Consul `NAME.NAMESPACE.DC.internal.…`, Kuma `NAME_NAMESPACE_svc_PORT` and
  // `kri_msvc_MESH_ZONE_NAMESPACE_NAME_PORT`, Gloo `NAMESPACE-NAME-PORT_NAMESPACE`.
  const { name, namespace } = service
  const [, gloo = ''] = /^(.+)-\d+_[^_]+$/.exec(cluster) ?? []
  if (namespace === undefined ? gloo.endsWith(`-${name}`) : gloo === `${namespace}-${name}`) return true
  const [, inKri, kri] = /^kri_m?[a-z]*svc_[^_]*_[^_]*_([^_]*)_([^_]+)_/.exec(cluster) ?? []
  const [, inContour, contour] = /^([^/]+)\/([^/]+)\/\d+\/[0-9a-f]+$/.exec(cluster) ?? []
  const [, kuma, inKuma] = /^(.+)_([^_]+)_svc(?:_\d+)?$/.exec(cluster) ?? []
  const [, consul, inConsul] = /^(?:[^.]+\.)?([^.]+)\.([^.]+)\.[^.]+\.internal\./.exec(cluster) ?? []
  return [
    [contour, inContour],
    [kri, inKri],
    [kuma, inKuma],
    [consul, inConsul],
  ].some(([own, place]) => own === name && (namespace === undefined || place === namespace))
}
