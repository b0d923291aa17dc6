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
      const strips = managers.some(
        ({ manager }) => manager.strip_any_host_port === true || manager.strip_matching_host_port === true,
      )
      if (strips || managers.length === 0 || table.ignore_port_in_host_matching === true) return
      for (const domain of domains) {
        if (domain.includes('*') || domain.includes(':')) continue
        if (!domains.some((other) => other.startsWith(`${domain}:`)))
          yield { message: `domain ${domain} does not match with a port`, cause: 'no ports' }
      }
    },
  },
}
