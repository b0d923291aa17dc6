import type { ControlPlane } from '../../envoy/control-plane/control-plane.ts'
import { controlPlanes } from '../../envoy/control-plane/index.ts'
import type { RuleFacts } from '../rule.ts'

/** What a control plane calls what a rule has one do: `Istio: http.fault of the VirtualService.`; empty where it has no words for it. */
export function fixWords({ topic }: Pick<RuleFacts, 'topic'>, plane: ControlPlane | undefined): string {
  const words = topic === undefined ? undefined : plane?.words[topic]
  return words === undefined ? '' : `${plane?.name}: ${words}`
}

/** The same of every control plane that has words for it. */
export function allFixWords(rule: Pick<RuleFacts, 'topic'>): string[] {
  return controlPlanes.map((plane) => fixWords(rule, plane)).filter((words) => words !== '')
}
