import { adminPort } from './admin-port.ts'
import type { Pod } from './pod.ts'
import { canBeAsked } from './running.ts'

/** Whether the pod runs a proxy that Istio's control plane should know: a sidecar, a gateway, a waypoint, a ztunnel. */
export function isIstioProxy(pod: Pod): boolean {
  return canBeAsked(pod) && adminPort(pod).from === 'Istio'
}

/** Whether the pod runs an Envoy of some other control plane, or of none. */
export function isOtherProxy(pod: Pod): boolean {
  const { container, from } = adminPort(pod)
  return canBeAsked(pod) && container !== undefined && from !== 'Istio'
}

/** `sidecar`, `router`, `waypoint` or `ztunnel`, where the proxy's arguments say so. */
export function proxyTypeOf(pod: Pod): string | undefined {
  const args = adminPort(pod).container?.args ?? []
  const at = args.indexOf('proxy')
  return at === -1 ? undefined : args[at + 1]
}
