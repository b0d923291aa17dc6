import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { chainsOfListener } from '../../envoy/model/filter-chains.ts'
import { hostPort, parseHostPort, parseIp } from '../../envoy/model/ip.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { capturePort } from '../../semantics/connection/capture-listener.ts'
import { indexOf } from '../../semantics/connection/dump-index.ts'
import { type Listener, servingListeners } from '../../semantics/connection/listeners.ts'
import { listenerPorts } from './request-destination.ts'
import { defaultPort } from './request-target.ts'

/** Where a connection manager is reached. */
interface Entrance {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly manager: JsonObject
}

/**
 * URLs that a proxy has routes for, of requests that leave its workload or enter a gateway: of each virtual host its domains, the
 * shortest first. Wildcards stand for no host, and an address says less than a name.
 */
export function knownUrls(dump: ConfigDump): readonly (readonly string[])[] {
  const isCaptured = capturePort(dump, 'outbound') !== undefined
  const urls = new Map<string, readonly string[]>()
  for (const { scheme, port, manager } of servingListeners(dump).filter(isEntrance).flatMap(entrancesOf)) {
    const usual = defaultPort(scheme) ?? port
    const servicePort = !isCaptured && listenerPorts(usual).includes(port) ? usual : port
    for (const virtualHost of virtualHostsOf(manager, dump)) {
      const spellings = new Set(
        stringsOf(virtualHost.domains)
          .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
          .flatMap((domain) => urlOf(domain, scheme, servicePort) ?? []),
      )
      const [first] = spellings
      if (first !== undefined) urls.set(first, [...spellings])
    }
  }
  return [...urls.values()].sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

function isEntrance({ resource }: Listener): boolean {
  return resource.traffic_direction !== 'INBOUND'
}

function entrancesOf({ resource, addresses }: Listener): Entrance[] {
  const port = addresses[0]?.port
  if (port === undefined || port === 0) return []
  return chainsOfListener(resource).flatMap((chain) => {
    const { config } = typedConfig(objectOf(chain.transport_socket))
    const scheme = isObject(config.common_tls_context) ? 'https' : 'http'
    return objectsOf(chain.filters)
      .map(typedConfig)
      .filter(({ message }) => message === 'HttpConnectionManager')
      .map((filter) => ({ scheme, port, manager: filter.config }) as const)
  })
}

function virtualHostsOf({ rds, route_config }: JsonObject, dump: ConfigDump): readonly JsonObject[] {
  const named = isObject(rds)
    ? indexOf(dump).serving('routes', stringOf(rds.route_config_name) ?? '')?.resource
    : objectOf(route_config)
  return objectsOf(named?.virtual_hosts)
}

function urlOf(domain: string, scheme: Entrance['scheme'], ofListener: number): string | undefined {
  const { address: host, port } = parseHostPort(domain) ?? { address: domain, port: ofListener }
  if (!/^[\w.-]+$/.test(host) || parseIp(host) !== undefined) return undefined
  return `${scheme}://${port === defaultPort(scheme) ? host : hostPort(host, port)}/`
}
