import { AppError } from '../../errors.ts'
import { adminPort } from './admin-port.ts'
import type { Pod } from './pod.ts'

/** Whether the pod's Envoy can be up: the pod runs, or it still starts and its proxy is a native sidecar that does run. */
export function canBeAsked(pod: Pod): boolean {
  if (pod.phase === 'Running') return true
  const proxy = adminPort(pod).container
  return pod.phase === 'Pending' && proxy !== undefined && proxy.nativeSidecar && proxy.running
}

/** @throws AppError for a pod whose phase rules out that its Envoy answers */
export function requireRunning(pod: Pod): Pod {
  if (canBeAsked(pod)) return pod
  const status = pod.reason === undefined ? pod.phase : `${pod.phase} (${pod.reason})`
  throw new AppError(`pod "${pod.name}" in namespace "${pod.namespace}" is not running. Status=${status}`, {
    hint: hint(pod),
  })
}

function hint({ name, namespace, phase }: Pod): string {
  if (phase === 'Succeeded' || phase === 'Failed') return 'It has ended, and its Envoy with it.'
  return `kubectl describe pod ${name} -n ${namespace} says what it waits for.`
}
