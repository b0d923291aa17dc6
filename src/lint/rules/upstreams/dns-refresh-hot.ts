import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Names are resolved very often. */
export const dnsRefreshHot: Rule = {
  id: 'dns-refresh-hot',
  profile: 'strict',
  severity: 'warning',
  title: 'Names are resolved very often',
  detects: 'DNS clusters with `dns_refresh_rate` below 5 s and without `respect_dns_ttl`.',
  impact: 'Load on the DNS servers, with many clusters and proxies an outage of theirs.',
  fix: 'Raise the rate, or respect the TTL.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/service_discovery'],
  check: {
    *cluster({ name, cluster }) {
      const { type, config } = discoveryOf(cluster)
      if (!/_DNS$/.test(type)) return
      const rate = durationOf(cluster.dns_refresh_rate ?? config.dns_refresh_rate)
      if (rate > 0 && rate < 5000 && cluster.respect_dns_ttl !== true && config.respect_dns_ttl !== true)
        yield { message: `cluster ${name} resolves its names every ${rate / 1000} s` }
    },
  },
}
