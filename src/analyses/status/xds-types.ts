import { kinds, sections } from '../../envoy/kinds.ts'

/** The discovery services by the message they deliver; `envoy.api.v2.Cluster` is CDS as well. */
const services: ReadonlyMap<string, string> = new Map([
  ...kinds.flatMap((kind): [string, string][] => {
    const { type, xds } = sections[kind]
    return xds === undefined ? [] : [[lastPart(type), xds]]
  }),
  ['VirtualHost', 'VHDS'],
  ['Runtime', 'RTDS'],
  ['istio.networking.nds.v1.NameTable', 'NDS'],
  ['istio.mesh.v1alpha1.ProxyConfig', 'PCDS'],
  ['istio.workload.Address', 'WDS'],
  ['istio.workload.Workload', 'WDS'],
  ['istio.security.Authorization', 'WADS'],
])

/** The columns that a status table always has, in its order. */
const usual = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS']

/** Short name of a type URL, as istioctl prints it; the URL itself where there is none. */
export function shortType(typeUrl: string): string {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  return services.get(name) ?? (name.startsWith('envoy.') ? services.get(lastPart(name)) : undefined) ?? typeUrl
}

/** Every short name: the usual columns first. */
export const xdsTypes: readonly string[] = [...new Set([...usual, ...services.values()])]

/** The types as columns: the usual ones first, then the others by name. `wide` adds usual ones that nobody uses. */
export function typeColumns(types: Iterable<string>, wide: boolean): string[] {
  const seen = new Set(types)
  const others = [...seen].filter((type) => !usual.includes(type)).sort()
  return [...usual.filter((type) => wide || seen.has(type)), ...others]
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
