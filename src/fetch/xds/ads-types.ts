import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'

/** What a control plane is asked for. Secrets never: it would send private keys. */
export type AskedKind = 'clusters' | 'listeners' | 'endpoints' | 'routes'

interface AskedType {
  readonly typeUrl: string
  /** The field with the name under which the resource is asked for. */
  readonly nameField: string
  /** What a resource refers to, which is asked for next. */
  names(resource: JsonObject): readonly string[]
  /** Whose names those are. */
  readonly next: AskedKind | undefined
}

const prefix = 'type.googleapis.com/envoy.config'

/** Clusters and listeners are asked for as a whole, the others by the names that these give. */
export const askedTypes: Readonly<Record<AskedKind, AskedType>> = {
  clusters: { typeUrl: `${prefix}.cluster.v3.Cluster`, nameField: 'name', names: endpointNames, next: 'endpoints' },
  listeners: { typeUrl: `${prefix}.listener.v3.Listener`, nameField: 'name', names: routeNames, next: 'routes' },
  endpoints: {
    typeUrl: `${prefix}.endpoint.v3.ClusterLoadAssignment`,
    nameField: 'clusterName',
    names: () => [],
    next: undefined,
  },
  routes: { typeUrl: `${prefix}.route.v3.RouteConfiguration`, nameField: 'name', names: () => [], next: undefined },
}

/** The name under which EDS has the endpoints of a cluster in protobuf-JSON. */
function endpointNames({ type, name, edsClusterConfig }: JsonObject): readonly string[] {
  if (type !== 'EDS') return []
  const { serviceName, edsConfig } = objectOf(edsClusterConfig)
  return isFile(edsConfig) ? [] : [stringOf(serviceName) || (stringOf(name) ?? '')]
}

/** The route configurations that a listener subscribes to, wherever in it its connection managers are. */
function routeNames(listener: JsonObject): readonly string[] {
  const names = new Set<string>()
  const pending: unknown[] = [listener]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null) continue
    const { rds } = value as { rds?: unknown }
    const { routeConfigName, configSource } = objectOf(rds)
    if (typeof routeConfigName === 'string' && !isFile(configSource)) names.add(routeConfigName)
    for (const member of Object.values(value)) pending.push(member)
  }
  return [...names]
}

function isFile(source: unknown): boolean {
  const { path, pathConfigSource } = objectOf(source)
  return (path ?? pathConfigSource) !== undefined
}
