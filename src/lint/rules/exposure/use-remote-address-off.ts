import { numberOf, objectsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Clients can say who they are. */
export const useRemoteAddressOff: Rule = {
  id: 'use-remote-address-off',
  profile: 'edge',
  severity: 'warning',
  title: 'Clients can say who they are',
  detects: 'A connection manager without `use_remote_address`, `xff_num_trusted_hops` and detection of the client.',
  impact:
    'Clients set `x-forwarded-for` and `x-envoy-…` themselves: limits and policies by address are theirs to choose.',
  fix: 'Set use_remote_address, and xff_num_trusted_hops behind a load balancer that adds the header.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (
        manager.use_remote_address !== true &&
        !numberOf(manager.xff_num_trusted_hops) &&
        objectsOf(manager.original_ip_detection_extensions).length === 0
      )
        yield { message: 'x-forwarded-for of clients is believed', cause: 'use-remote-address-off' }
    },
  },
}
