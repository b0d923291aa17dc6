import type { JsonObject } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { normalizeHost } from '../../../semantics/http/host-normalization.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** A domain that no request can have. */
export const vhostCannotMatch: Rule = {
  id: 'vhost-cannot-match',
  profile: 'core',
  severity: 'warning',
  title: 'A virtual host has a domain that no request can have',
  detects:
    '`domains` with a port where every connection manager strips it (`strip_any_host_port`), and `*` inside of a name: `a.*.com` is taken literally.',
  impact: 'Requests for it are answered with 404, flag `NR`, details `route_not_found`.',
  exceptions: 'A virtual host that lists the name without its port as well.',
  fix: 'Name the domain without its port, or with the `*` in front: `*.com`.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto'],
  check: {
    *virtualHost({ domains, of: { managers } }) {
      const all = new Set(domains)
      for (const domain of domains) {
        if (domain.slice(1, -1).includes('*'))
          yield { message: `domain ${domain} is taken literally: * stands for something only at an end` }
        if (domain.includes('*') || managers.length === 0) continue
        const stripped = waysToStrip(managers).map((manager) => normalizeHost(domain, manager, Number.NaN))
        const isLost = stripped.every((name) => name !== domain && !all.has(name))
        if (isLost) yield { message: `domain ${domain} never matches: the port is taken off the Host header before` }
      }
    },
  },
}

/** One connection manager of each way to change a host. */
const waysToStrip = memoizeByObject((managers: readonly ManagerPlace[]): readonly JsonObject[] => {
  const wayOf = ({ strip_any_host_port, strip_matching_host_port, strip_trailing_host_dot }: JsonObject) =>
    [strip_any_host_port, strip_matching_host_port, strip_trailing_host_dot].map((is) => is === true).join()
  return [...new Map(managers.map(({ manager }) => [wayOf(manager), manager])).values()]
})
