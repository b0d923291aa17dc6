import type { Step } from '../../../envoy/control-plane/with-words.ts'
import type { UnhealthyCause } from '../../../semantics/reasons/unhealthy-causes.ts'

/** What to do about endpoints that are not healthy. @param cause the most frequent; undefined where none is known */
export function adviceOnUnhealthy(cause: UnhealthyCause | undefined): Step {
  return cause === undefined
    ? 'Look at the endpoints: kubectl proxy-config endpoints --status unhealthy. Are pods ready, did outlier detection eject them?'
    : adviceByCause[cause]
}

const checked =
  'Does the server answer health_checks of the cluster (path, port, TLS)? kubectl proxy-config clusters -o yaml has them.'
const notReady =
  'The control plane says so: are the pods ready, do they terminate? kubectl get pods; kubectl get endpointslices -o yaml.'

const adviceByCause: Readonly<Record<UnhealthyCause, Step>> = {
  ejected: {
    text: 'Why did they fail? kubectl proxy-config stats --type clusters has the errors of each; see the logs of those pods. They return after base_ejection_time.',
    topic: 'ejection',
  },
  'check-failed': checked,
  'check-failed-at-once':
    'The servers ask to be left out, as they do while they shut down: their health_check filter is set to fail.',
  'check-pending': checked,
  'eds-unhealthy': notReady,
  'eds-draining': notReady,
  'eds-timeout': notReady,
}
