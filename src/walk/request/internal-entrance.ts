import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { chainsOfListener } from '../../envoy/model/filter-chains.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { hostsOf } from '../../semantics/clusters/hosts.ts'
import { type DumpIndex, indexOf } from '../../semantics/connection/dump-index.ts'
import { internalListener } from '../../semantics/connection/listener-selection.ts'
import { boundListeners, type Listener } from '../../semantics/connection/listeners.ts'
import { isOfService, listenerHasService } from './service-place.ts'

/** An internal listener that takes what arrives in a tunnel. */
export interface InternalEntrance {
  readonly listener: string
  /** The listener that takes the tunnel from the network. */
  readonly behind: string
}

/**
 * The internal listener in which requests from outside begin their way: one that a listener which ends CONNECT tunnels leads to
 * (HBONE: Istio's waypoints). Undefined where there is none, or several and none of them, or more than one, has the service.
 */
export function internalEntrance(
  dump: ConfigDump,
  host: string | undefined,
  port: number,
): InternalEntrance | undefined {
  const entrances = new Map<string, InternalEntrance & { readonly resource: Listener }>()
  for (const { listener, behind } of boundListeners(dump).flatMap((bound) => behindTunnels(bound, indexOf(dump)))) {
    const resource = internalListener(dump, listener)
    if (resource !== undefined) entrances.set(listener, { listener, behind, resource })
  }
  const all = [...entrances.values()]
  if (all.length > 1 && host !== undefined) {
    // A listener may be named after the service, and others lead to it as well.
    const named = all.filter(({ listener }) => isOfService(listener, host, port, dump))
    const having = all.filter(({ resource }) => listenerHasService(resource, host, port, dump))
    return entranceOf(named.length > 0 ? named : having)
  }
  return entranceOf(all)
}

function entranceOf([only, ...more]: readonly InternalEntrance[]): InternalEntrance | undefined {
  return more.length > 0 || only === undefined ? undefined : { listener: only.listener, behind: only.behind }
}

function behindTunnels({ name, resource }: Listener, index: DumpIndex): InternalEntrance[] {
  return chainsOfListener(resource)
    .flatMap((chain) => objectsOf(chain.filters))
    .map(typedConfig)
    .filter(({ message }) => message === 'HttpConnectionManager')
    .flatMap(({ config }) => connectClusters(config, index))
    .flatMap((cluster) => internalHosts(cluster, index))
    .map((listener) => ({ listener, behind: name }))
}

/** Clusters that CONNECT requests are ended for and sent to. */
function connectClusters({ rds, route_config }: JsonObject, index: DumpIndex): string[] {
  const named = isObject(rds) ? index.serving('routes', stringOf(rds.route_config_name) ?? '')?.resource : route_config
  return objectsOf(objectOf(named).virtual_hosts)
    .flatMap((host) => objectsOf(host.routes))
    .filter(({ match }) => isObject(objectOf(match).connect_matcher))
    .map(({ route }) => stringOf(objectOf(route).cluster) ?? '')
}

function internalHosts(cluster: string, index: DumpIndex): string[] {
  const resource = index.serving('clusters', cluster)?.resource
  const hosts = resource === undefined ? [] : (hostsOf(resource, index, undefined)?.hosts ?? [])
  return hosts.flatMap(({ internalListener: name }) => name ?? [])
}
