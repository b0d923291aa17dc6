import { objectOf } from '../../../envoy/json.ts'
import { addressOf, addressText } from '../../../envoy/model/addresses.ts'
import { parseIp } from '../../../envoy/model/ip.ts'
import { staysInside } from '../../proxy/role.ts'
import type { Rule } from '../../rule.ts'

/** The admin interface is open to the network. */
export const adminExposed: Rule = {
  id: 'admin-exposed',
  profile: 'core',
  severity: 'error',
  title: 'The admin interface is open to the network',
  detects: '`admin.address` of the bootstrap that is neither loopback nor a socket file.',
  impact: 'Whoever reaches the pod reads the configuration, and can drain or end the proxy.',
  fix: 'Bind it to 127.0.0.1; reach it by port-forward.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/operations/admin',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge',
  ],
  needs: ['bootstrap'],
  check: {
    *proxy({ bootstrap }) {
      const { kind, host, port } = addressOf(objectOf(bootstrap.admin).address)
      const ip = kind === 'socket' ? parseIp(host) : undefined
      if (ip !== undefined && !staysInside(ip) && port !== 0)
        yield {
          message: `the admin interface listens on ${addressText(addressOf(objectOf(bootstrap.admin).address))}`,
          cause: 'admin',
          at: { resource: 'bootstrap' },
        }
    },
  },
}
