/** The discovery services by the message they deliver; `envoy.api.v2.Cluster` is CDS as well. */
const services: Readonly<Record<string, string>> = {
  Cluster: 'CDS',
  Listener: 'LDS',
  ClusterLoadAssignment: 'EDS',
  RouteConfiguration: 'RDS',
  TypedExtensionConfig: 'ECDS',
  Secret: 'SDS',
  ScopedRouteConfiguration: 'SRDS',
  VirtualHost: 'VHDS',
  Runtime: 'RTDS',
  'istio.networking.nds.v1.NameTable': 'NDS',
  'istio.mesh.v1alpha1.ProxyConfig': 'PCDS',
  'istio.workload.Address': 'WDS',
  'istio.workload.Workload': 'WDS',
  'istio.security.Authorization': 'WADS',
}

/** The columns that a status table always has, in its order. */
const usual = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS']

/** Short name of a type URL, as istioctl prints it; the URL itself where there is none. */
export function shortType(typeUrl: string): string {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  return (
    services[name] ??
    (name.startsWith('envoy.') ? services[name.slice(name.lastIndexOf('.') + 1)] : undefined) ??
    typeUrl
  )
}

/** The types as columns: the usual ones first, then the others by name. `wide` adds usual ones that nobody uses. */
export function typeColumns(types: Iterable<string>, wide: boolean): string[] {
  const seen = new Set(types)
  const others = [...seen].filter((type) => !usual.includes(type)).sort()
  return [...usual.filter((type) => wide || seen.has(type)), ...others]
}
