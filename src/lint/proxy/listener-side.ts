import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { chainsOfListener } from '../../envoy/model/filter-chains.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { downstreamTlsOf } from '../../semantics/connection/downstream-tls.ts'
import { servingListeners } from '../../semantics/connection/listeners.ts'
import { httpFiltersOf } from './http-filters.ts'
import { objectBehind } from './object-behind.ts'
import type { ChainPlace, ListenerPlace, ManagerPlace, Reach, TcpProxyPlace } from './places.ts'
import { facesOutside } from './role.ts'

/** What stands on the side of the clients: listeners that serve, and what is in them. */
export interface ListenerSide {
  readonly listeners: readonly ListenerPlace[]
  readonly chains: readonly ChainPlace[]
  readonly managers: readonly ManagerPlace[]
  readonly tcpProxies: readonly TcpProxyPlace[]
}

/** The listeners of a dump that serve, with what is in them. */
export function listenerPlaces(dump: ConfigDump): ListenerSide {
  const listeners = servingListeners(dump).map(({ entry, name, resource }): ListenerPlace => {
    return {
      entry,
      name,
      listener: resource,
      isEdge: facesOutside(resource, dump),
      resource: `listeners/${name}`,
      path: '',
      object: objectBehind(resource, { kind: 'TCPRoute' }),
      reach: { listener: name },
    }
  })
  const chains = listeners.flatMap(chainPlaces)
  const found = chains.flatMap((chain) => filtersOf(chain).map((filter) => ({ chain, ...typedConfig(filter) })))
  return {
    listeners,
    chains,
    managers: found
      .filter(({ message }) => message === 'HttpConnectionManager')
      .map(({ chain, config }) => ({
        ...inside(chain),
        of: chain,
        manager: config,
        isEdge: chain.of.isEdge,
        filters: httpFiltersOf(config, dump),
      })),
    tcpProxies: found
      .filter(({ message }) => message === 'TcpProxy')
      .map(({ chain, config }) => ({ ...inside(chain), of: chain, config })),
  }
}

/** A listener for gRPC's API has its connection manager outside of any chain. */
function filtersOf({ of, chain }: ChainPlace): readonly JsonObject[] {
  return [...objectsOf(chain.filters), ...(chain === of.listener ? [apiListener(of.listener)] : [])]
}

function apiListener(listener: JsonObject): JsonObject {
  return { typed_config: objectOf(listener.api_listener).api_listener }
}

function chainPlaces(of: ListenerPlace): ChainPlace[] {
  const { listener, resource, object, reach } = of
  const chains = chainsOfListener(listener)
  return (chains.length === 0 && isObject(listener.api_listener) ? [listener] : chains).map((chain, at) => ({
    of,
    chain,
    tls: downstreamTlsOf(chain),
    resource,
    path: stringOf(chain.name) || (chains.length > 1 ? `filter chain ${at + 1}` : ''),
    object: objectBehind(chain, { kind: 'TCPRoute' }) || object,
    reach: reachOf(chain, reach),
  }))
}

/** The first server name tells a chain of many. */
function reachOf(chain: JsonObject, reach: Reach): Reach {
  const [domain] = stringsOf(objectOf(chain.filter_chain_match).server_names)
  return typeof reach === 'object' && domain !== undefined ? { ...reach, domain } : reach
}

function inside({
  resource,
  path,
  object,
  reach,
}: ChainPlace): Pick<ChainPlace, 'resource' | 'path' | 'object' | 'reach'> {
  return { resource, path, object, reach }
}
