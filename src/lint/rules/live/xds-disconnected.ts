import { isObject, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** The proxy has lost its control plane. */
export const xdsDisconnected: Rule = {
  id: 'xds-disconnected',
  profile: 'live',
  severity: 'error',
  title: 'The proxy is not connected to its control plane',
  detects: '`control_plane.connected_state` at 0 while the bootstrap has `dynamic_resources.ads_config`.',
  impact:
    'The proxy goes on with what it has loaded: changes, new endpoints and certificates do not arrive. After a restart it does not become ready.',
  exceptions:
    'A proxy that does not keep the statistic, or was never connected since it started: then nothing is found.',
  fix: 'See whether the control plane runs and can be reached from the pod: its name, the network policy, the certificate of the proxy.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/mgmt_server#management-server-statistics',
  ],
  needs: ['stats', 'bootstrap'],
  check: {
    *proxy({ bootstrap, stats }) {
      if (!isObject(objectOf(bootstrap.dynamic_resources).ads_config)) return
      if (stats?.get('control_plane.connected_state') === 0)
        yield {
          message: 'the ADS stream to the control plane is closed',
          at: { resource: 'bootstrap', path: 'dynamic_resources.ads_config', reach: 'unknown' },
        }
    },
  },
}
