import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** A domain that clients that name the port do not reach. */
export const hostOnlyWithPort: Rule = {
  id: 'host-only-with-port',
  profile: 'strict',
  severity: 'info',
  title: 'A domain is not matched when the client names the port',
  detects:
    'Domains without a port and without `DOMAIN:*`, where no port is stripped and `*` is no domain of the virtual host.',
  impact: 'Clients that send `Host: shop.example.com:8080` are answered with 404, flag `NR`.',
  fix: 'Strip the port (`strip_any_host_port`), or add `DOMAIN:*`.',
  sources: ['https://github.com/istio/istio/issues/26562'],
  check: {
    *virtualHost({ domains, of: { table, managers } }) {
      if (someStrips(managers) || managers.length === 0 || table.ignore_port_in_host_matching === true) return
      const withPort = new Set(
        domains.filter((domain) => domain.includes(':')).map((domain) => domain.slice(0, domain.indexOf(':'))),
      )
      for (const domain of domains) {
        if (domain.includes('*') || domain.includes(':')) continue
        if (!withPort.has(domain)) yield { message: `domain ${domain} does not match with a port`, cause: 'no ports' }
      }
    },
  },
}

const someStrips = memoizeByObject((managers: readonly ManagerPlace[]) =>
  managers.some(({ manager }) => manager.strip_any_host_port === true || manager.strip_matching_host_port === true),
)
