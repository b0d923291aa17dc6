import { parseIp } from '../../../envoy/model/ip.ts'
import { httpOptionsOf } from '../../../semantics/clusters/upstream-names.ts'
import { upstreamContexts } from '../../proxy/upstream-sockets.ts'
import type { Rule } from '../../rule.ts'

/** No server name is sent to a DNS name. */
export const sniNotSent: Rule = {
  id: 'sni-not-sent',
  profile: 'strict',
  severity: 'warning',
  title: 'No server name is sent to a DNS name',
  detects: 'An UpstreamTlsContext without `sni`, `auto_host_sni` and `auto_sni` to endpoints with DNS names.',
  impact: 'Servers for many names show the wrong certificate, or refuse the handshake.',
  fix: 'Set `sni`.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *cluster(place, proxy) {
      const { name, cluster } = place
      const names = proxy
        .hosts(cluster)
        ?.hosts.some(({ socket }) => socket !== undefined && parseIp(socket.address) === undefined)
      if (names !== true || httpOptionsOf(cluster).auto_sni === true) return
      for (const { sni, auto_host_sni } of upstreamContexts(place, proxy))
        if (!sni && auto_host_sni !== true) yield { message: `cluster ${name} sends no server name` }
    },
  },
}
