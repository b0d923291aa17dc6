import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { parseHostPort, parseIp } from '../../envoy/model/ip.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { hostWithoutPort } from '../../semantics/http/host-normalization.ts'

/** A service that a proxy has routes for, as far as the names of virtual hosts tell: `reviews.default.svc.cluster.local:9080`. */
interface KnownService {
  readonly host: string
  readonly ports: readonly number[]
}

/** The service whose own address this is: Istio lists it among the domains of the service's virtual hosts, one for each HTTP port. */
export function serviceAt(dump: ConfigDump, address: string): KnownService | undefined {
  return servicesOf(dump).get(address)
}

const servicesOf = memoizeByObject((dump: ConfigDump): ReadonlyMap<string, KnownService> => {
  const found = new Map<string, KnownService>()
  for (const table of dump.each('routes')) {
    if (!serves(table)) continue
    for (const virtualHost of objectsOf(table.received.virtual_hosts ?? table.received.virtualHosts)) {
      const named = parseHostPort(stringOf(virtualHost.name) ?? '')
      if (named === undefined || parseIp(named.address) !== undefined) continue
      for (const domain of stringsOf(virtualHost.domains)) {
        const address = hostWithoutPort(domain).replace(/^\[|\]$/g, '')
        if (parseIp(address) === undefined) continue
        const ports = found.get(address)?.ports ?? []
        found.set(address, { host: named.address, ports: [...new Set([...ports, named.port])].sort((a, b) => a - b) })
      }
    }
  }
  return found
})
