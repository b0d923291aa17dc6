import type { Outcome } from '../../../semantics/outcome.ts'
import type { ApiObjectName } from '../../../semantics/reasons/api-objects/object-status.ts'
import type { Warning } from '../../../semantics/reasons/reason.ts'

/** What to do where the status of an object tells why it ends so; undefined where it does not. */
export function adviceOnObjects({ kind, reason }: Outcome, warnings: readonly Warning[]): string | undefined {
  // There the object is in force, and its rules decide.
  if (kind === 'denied' || reason.code === 'route-missing') return undefined
  for (const { code, args } of warnings) {
    if (code === 'object-at-fault') return `Correct what its status names: ${describe(args)}`
    if (code === 'object-without-status') return 'Does the control plane run? kubectl proxy-status; see its log.'
    if (code === 'object-of-host')
      return 'Has the proxy what its control plane would send now? kubectl proxy-status POD shows what differs.'
  }
  return undefined
}

/** A Gateway has its group, for Istio has another kind of that name. */
function describe({ kind, name, namespace }: ApiObjectName): string {
  const resource = kind === 'Gateway' ? 'gateways.gateway.networking.k8s.io' : kind.toLowerCase()
  return `kubectl describe ${resource} ${name} -n ${namespace}`
}
