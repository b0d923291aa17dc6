import type { FleetProxy } from '../../fleet/fleet.ts'
import type { FleetRule } from '../../rule.ts'

/** A proxy expects another trust domain than the server has. */
export const sanExpectsWrongTrustDomain: FleetRule = {
  id: 'san-expects-wrong-trust-domain',
  profile: 'fleet',
  severity: 'error',
  title: 'A proxy expects another trust domain than the server has',
  detects:
    'SPIFFE IDs that an UpstreamTlsContext expects, all of other trust domains than the certificate of the proxy at an address of the cluster.',
  impact: 'Requests get 503, flag `UF`, with `CERTIFICATE_VERIFY_FAILED`: SAN matcher.',
  fix: 'Let both have one trust domain, or name the other one among those that are accepted.',
  topic: 'identity',
  sources: ['https://github.com/istio/istio/issues/49874', 'https://github.com/istio/istio/issues/45739'],
  needs: ['proxies'],
  *checkFleet({ proxies }) {
    const servers = proxies.flatMap((proxy) => {
      const domains = domainsOf(proxy)
      return domains.length === 0 ? [] : proxy.addresses.map((address) => ({ address, name: proxy.name, domains }))
    })
    for (const { name, expects } of proxies)
      for (const { trustDomains, clusterOf } of expects)
        for (const { address, name: server, domains } of servers) {
          const cluster = clusterOf.get(address)
          if (cluster === undefined || domains.some((domain) => trustDomains.includes(domain))) continue
          yield {
            message: `cluster ${cluster} expects trust domain ${trustDomains.join(' or ')}, and ${server} has ${domains.join(' and ')}`,
            cause: `${trustDomains.join(' ')} ${domains.join(' ')}`,
            proxies: [name],
            at: { resource: `clusters/${cluster}` },
          }
        }
  },
}

function domainsOf({ identity }: FleetProxy): string[] {
  return [...new Set((identity?.chains ?? []).flatMap(([leaf]) => leaf?.trustDomain ?? []))].sort()
}
