import type { Json } from '../../envoy/json.ts'
import type { FleetProxy } from '../../lint/fleet/fleet.ts'
import { digestOf } from './loaded-digests.ts'

/** Gives facts of proxies in which what is equal in several is one object: replicas of a workload have most of it in common. */
export function equalFactsOnce(): (facts: FleetProxy) => FleetProxy {
  const known = new Map<string, unknown>()
  const once = <T>(value: T, content: Json): T => {
    const key = digestOf(content)
    if (!known.has(key)) known.set(key, value)
    // Stored under the digest of the same content.
    return known.get(key) as T
  }
  return (facts) => ({
    ...facts,
    loaded: facts.loaded && once(facts.loaded, ['loaded', ...[...facts.loaded].flat()]),
    origins: once(facts.origins, ['origins', ...facts.origins]),
    chainSecrets: once(facts.chainSecrets, ['secrets', ...facts.chainSecrets]),
    expects: facts.expects.map((expected) =>
      once(expected, ['expects', expected.trustDomains.join(' '), ...[...expected.clusterOf].flat()]),
    ),
    identity: facts.identity && withEqualCertificates(facts.identity, once),
  })
}

/** The same, with certificates that several proxies have once: roots and intermediates. */
function withEqualCertificates(
  { chains, anchors }: NonNullable<FleetProxy['identity']>,
  once: <T>(value: T, content: Json) => T,
): NonNullable<FleetProxy['identity']> {
  return {
    chains: chains.map((chain) => chain.map((one) => once(one, ['certificate', one.fingerprint]))),
    anchors: anchors.map((anchor) =>
      once(anchor, ['anchor', anchor.secret, anchor.trustDomain ?? null, anchor.certificate.fingerprint]),
    ),
  }
}
