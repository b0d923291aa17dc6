import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { Linted } from '../proxy/linted.ts'
import { upstreamContexts } from '../proxy/upstream-sockets.ts'

/** The trust domains that a proxy expects of the servers at some addresses. */
export interface ExpectedPeers {
  /** Sorted. */
  readonly trustDomains: readonly string[]
  /** The first cluster that expects them of an IP address, by that address. */
  readonly clusterOf: ReadonlyMap<string, string>
}

/** What a proxy expects of its upstreams: clusters that expect the same are one, for a mesh has thousands of them. */
export function expectedPeers(proxy: Linted): ExpectedPeers[] {
  const found = new Map<string, { trustDomains: readonly string[]; clusterOf: Map<string, string> }>()
  for (const place of proxy.clusters) {
    const domains = expectedDomains(place, proxy)
    if (domains.length === 0) continue
    const key = domains.join(' ')
    const known = found.get(key) ?? { trustDomains: domains, clusterOf: new Map<string, string>() }
    found.set(key, known)
    for (const { socket } of proxy.hosts(place.cluster)?.hosts ?? [])
      if (socket !== undefined && !known.clusterOf.has(socket.address)) known.clusterOf.set(socket.address, place.name)
  }
  return [...found.values()]
}

/** Of names that are all SPIFFE IDs, exact or by prefix, their trust domains; empty where other certificates pass as well. */
function expectedDomains(place: Parameters<typeof upstreamContexts>[0], proxy: Linted): string[] {
  const domains = new Set<string>()
  for (const tls of upstreamContexts(place, proxy)) {
    const common = objectOf(tls.common_tls_context)
    const own = objectOf(
      common.validation_context ?? objectOf(common.combined_validation_context).default_validation_context,
    )
    const typed = objectsOf(own.match_typed_subject_alt_names).map(({ matcher }) => objectOf(matcher))
    const matchers = [...typed, ...objectsOf(own.match_subject_alt_names)]
    if (matchers.length === 0) return []
    for (const { exact, prefix } of matchers) {
      const [, domain] = /^spiffe:\/\/([^/]+)\//.exec(stringOf(exact) ?? stringOf(prefix) ?? '') ?? []
      if (domain === undefined) return []
      domains.add(domain)
    }
  }
  return [...domains].sort()
}
