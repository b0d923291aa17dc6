import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { objectsOf, stringsOf } from '../../envoy/json.ts'
import { parseIp } from '../../envoy/model/ip.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { hostWithoutPort } from '../../semantics/http/host-normalization.ts'

/**
 * The address among the domains of the virtual host that has a host: Istio lists the cluster IP of a service there, and short names
 * for proxies of its own namespace. Undefined when no virtual host has both.
 */
export function addressBesideDomain(dump: ConfigDump, host: string, port: number): string | undefined {
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

/** Read in whichever case it arrived: there are thousands. */
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
