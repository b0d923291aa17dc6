import type { Entry } from '../dump/config-dump.ts'
import { objectOf, objectsOf, stringOf } from '../json.ts'
import { clusterName } from '../model/names.ts'
import { controlPlanes } from './index.ts'
import { provenanceOf } from './provenance.ts'

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
  return byMetadata || istio.some(({ host }) => isHostOf(stringOf(host) ?? '', service)) || isNameOf(name, service)
}

/** Whether a name that a control plane gave a cluster, route configuration, filter chain or listener is one of the service. */
export function isNameOf(text: string, service: ServiceName): boolean {
  const { name, namespace } = service
  const cluster = withoutPrefix(text)
  if (isHostOf(clusterName(cluster).host, service)) return true
  // Gloo: `NAMESPACE-NAME-PORT_NAMESPACE`, where either may hold dashes.
  const [, gloo = ''] = /^(.+)-\d+_[^_]+$/.exec(cluster) ?? []
  if (namespace === undefined ? gloo.endsWith(`-${name}`) : gloo === `${namespace}-${name}`) return true
  const own = serviceIn(text)
  return own?.name === name && (namespace === undefined || own.namespace === namespace)
}

/** The service in a name that a control plane gave a cluster, route configuration, filter chain or listener. */
export function serviceIn(text: string): { readonly name: string; readonly namespace: string } | undefined {
  const cluster = withoutPrefix(text)
  for (const dialect of dialects) {
    // Cilium's names end with a port as well.
    const { name, namespace } = (dialect.exec(cluster) ?? dialect.exec(text))?.groups ?? {}
    if (name !== undefined && namespace !== undefined) return { name, namespace }
  }
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\./.exec(clusterName(cluster).host) ?? []
  return name === undefined || namespace === undefined ? undefined : { name, namespace }
}

/** Names that Kuma begins with the direction, and Istio ends with the port. */
function withoutPrefix(text: string): string {
  return text.replace(/^(?:in|out)bound:/, '').replace(/:\d+$/, '')
}

const dialects: readonly RegExp[] = controlPlanes.flatMap(({ serviceNames = [] }) => serviceNames)
