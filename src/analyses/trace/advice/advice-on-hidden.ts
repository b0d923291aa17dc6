import type { HiddenService } from '../../../semantics/reasons/hidden-service.ts'

/** What to do about a Service that exists and that a proxy does not have. */
export function adviceOnHidden({ service, from, hidden }: HiddenService): string {
  const [name = '', namespace = ''] = service.split('.')
  switch (hidden.by) {
    case 'exportTo':
      return `Add ${from} to its exportTo, or take the annotation away: kubectl annotate service ${name} -n ${namespace} networking.istio.io/exportTo-`
    case 'Sidecar':
      return `Add "${namespace}/*" or "${namespace}/${name}.${namespace}.svc.cluster.local" to egress of the Sidecar: kubectl edit sidecar ${hidden.name} -n ${hidden.namespace}`
    case 'unknown':
      return `Has istiod sent it (kubectl proxy-status), and do discoverySelectors of the mesh leave namespace ${namespace} out?`
  }
}
