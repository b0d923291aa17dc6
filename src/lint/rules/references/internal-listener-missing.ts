import { internalListenerNames } from '../../proxy/internal-listeners.ts'
import type { Rule } from '../../rule.ts'

/** An endpoint that is an internal listener that is not loaded. */
export const internalListenerMissing: Rule = {
  id: 'internal-listener-missing',
  profile: 'core',
  severity: 'error',
  title: 'A cluster leads to an internal listener that is not loaded',
  detects: '`envoy_internal_address.server_listener_name` of endpoints without a listener of that name.',
  impact:
    'Requests are answered with 503, flag `UF`: the tunnel (HBONE in Istio) that the endpoint stands for does not exist.',
  fix: 'See whether the listener was rejected (proxy-status), and whether proxy and control plane have the same version.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/other_features/internal_listener'],
  needs: ['listeners', 'endpoints'],
  check: {
    *cluster({ name, cluster }, { dump, hosts }) {
      const wanted = new Set(hosts(cluster)?.hosts.flatMap(({ internalListener }) => internalListener ?? []))
      for (const listener of wanted)
        if (!internalListenerNames(dump).has(listener))
          yield { message: `cluster ${name} leads to internal listener ${listener}, which is not loaded` }
    },
  },
}
