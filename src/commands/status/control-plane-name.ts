import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { controlPlanes } from '../../envoy/control-plane/index.ts'
import { xdsServerOf } from '../../envoy/control-plane/xds-server.ts'
import { bootstrapOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'

/**
 * Who configures the proxy of a pod, where that is not Istio: the control plane that made the pod, else the one that the dump shows, else
 * the address in the bootstrap, `HOST:PORT`. Undefined for Istio, and for an Envoy without a control plane.
 */
export function controlPlaneName(pod: Pod, used?: ConfigDump): string | undefined {
  const { from } = adminPort(pod)
  if (from === 'Istio') return undefined
  const known = controlPlanes.find(({ name }) => name === from)
  if (known !== undefined || used === undefined) return known?.name
  const server = xdsServerOf(bootstrapOf(used))
  return controlPlaneOf(used)?.name ?? (server === undefined ? undefined : `${server.host}:${server.port}`)
}
