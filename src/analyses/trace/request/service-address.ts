import type { ConfigDump, Entry } from '../../../envoy/dump/config-dump.ts'
import { objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { isWildcard, parseIp } from '../../../envoy/model/ip.ts'
import { clusterName } from '../../../envoy/model/names.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import { serves } from '../../../semantics/connection/dump-index.ts'
import { type Listener, servingListeners } from '../../../semantics/connection/listeners.ts'
import { hostWithoutPort } from '../../../semantics/http/host-normalization.ts'

/**
 * The address of a service as the dump shows it: among the domains of its virtual host (Istio lists the cluster IP there), or the
 * address of the listener that forwards to its cluster. Undefined when the dump does not tell.
 * @param host `reviews`, `reviews.default` or the full name
 */
export function serviceAddress(dump: ConfigDump, host: string, port: number): string | undefined {
  const known = addresses.get(dump) ?? new Map<string, string | undefined>()
  addresses.set(dump, known)
  const key = `${host}:${port}`
  if (!known.has(key)) known.set(key, fromDomains(dump, host, port) ?? fromListeners(dump, host, port))
  return known.get(key)
}

/** What was found before: thousands of requests name few hosts. */
const addresses = new WeakMap<ConfigDump, Map<string, string | undefined>>()

function fromDomains(dump: ConfigDump, host: string, port: number): string | undefined {
  const wanted = new Set([host, `${host}:${port}`])
  // Istio names the route configuration of a plain port by the port; that one first.
  for (const table of dump.named('routes', String(port)).filter(serves)) {
    const address = addressBeside(wanted, table)
    if (address !== undefined) return address
  }
  for (const table of dump.each('routes')) {
    const address = serves(table) ? addressBeside(wanted, table) : undefined
    if (address !== undefined) return address
  }
  return undefined
}

/** The address among the domains of the virtual host that has a wanted one. Read in whichever case it arrived: there are thousands. */
function addressBeside(wanted: ReadonlySet<string>, { received }: Entry): string | undefined {
  for (const virtualHost of objectsOf(received.virtual_hosts ?? received.virtualHosts)) {
    const domains = stringsOf(virtualHost.domains)
    if (!domains.some((domain) => wanted.has(domain))) continue
    const address = domains
      .map((domain) => hostWithoutPort(domain).replace(/^\[|\]$/g, ''))
      .find((name) => parseIp(name) !== undefined)
    if (address !== undefined) return address
  }
  return undefined
}

function fromListeners(dump: ConfigDump, host: string, port: number): string | undefined {
  for (const listener of servingListeners(dump)) {
    const own = listener.addresses.find((address) => address.port === port && !isWildcard(address.ip))
    if (own !== undefined && clustersOf(listener).some((cluster) => isService(clusterName(cluster).host, host)))
      return own.text
  }
  return undefined
}

/** Clusters that the listener's TCP proxies name. */
function clustersOf({ resource }: Listener): readonly string[] {
  return objectsOf(resource.filter_chains)
    .flatMap((chain) => objectsOf(chain.filters))
    .map(typedConfig)
    .filter(({ message }) => message === 'TcpProxy')
    .flatMap(({ config }) => [
      config.cluster,
      ...objectsOf(objectOf(config.weighted_clusters).clusters).map(({ name }) => name),
    ])
    .map((name) => stringOf(name) ?? '')
}

function isService(fullName: string, asked: string): boolean {
  return fullName === asked || fullName.startsWith(`${asked}.`)
}
