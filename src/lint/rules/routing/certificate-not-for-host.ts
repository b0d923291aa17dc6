import { objectOf, stringsOf } from '../../../envoy/json.ts'
import { ownLeaves } from '../../proxy/certificates.ts'
import type { Rule } from '../../rule.ts'

/** A certificate that is not for the server name of its chain. */
export const certificateNotForHost: Rule = {
  id: 'certificate-not-for-host',
  profile: 'core',
  severity: 'error',
  title: 'The certificate is not for the host it is shown for',
  detects: '`server_names` of a filter chain with TLS that no certificate of the chain names.',
  impact: 'Browsers and clients refuse the certificate; the access log has nothing, or a connection without requests.',
  exceptions:
    'Listeners that require a client certificate, and those of the workload: their clients are of the mesh. Certificates without DNS names (SPIFFE), names of the mesh (`outbound_.…`), and chains whose certificates are not in the dump.',
  fix: 'Give the filter chain the certificate of this host, or add the name to the certificate.',
  topic: 'secret',
  sources: ['https://datatracker.ietf.org/doc/html/rfc6125'],
  check: {
    *chain({ chain, tls, of }, { index }) {
      if (tls === undefined || tls.require_client_certificate === true || of.listener.traffic_direction === 'INBOUND')
        return
      const leaves = ownLeaves(objectOf(tls.common_tls_context), index)
      const names = leaves
        .flatMap((leaf) => leaf.names)
        .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []))
      if (names.length === 0) return
      for (const wanted of stringsOf(objectOf(chain.filter_chain_match).server_names)) {
        const host = wanted.toLowerCase()
        if (/^outbound_\.|^\*$/.test(host) || names.some((name) => isFor(name, host))) continue
        yield { message: `shows a certificate for ${names.join(', ')} to clients of ${wanted}` }
      }
    },
  },
}

/** Whether a name of a certificate covers a host, or some of the hosts of a wildcard; its `*` stands for one label. (RFC 6125, 6.4.3) */
function isFor(name: string, host: string): boolean {
  if (name === host) return true
  if (host.startsWith('*.')) return name.endsWith(host.slice(1))
  return name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1)
}
