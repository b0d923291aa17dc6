import type { AdviceTopic, ControlPlane } from './control-plane.ts'

/** What to do next, in Envoy's words; with what it is about where control planes have objects for it. */
export type Step = string | Topical

export interface Topical {
  readonly text: string
  readonly topic: AdviceTopic
}

/** A step with what its control plane calls it: `Raise the limit. Istio: connectionPool of the DestinationRule.` */
export function withWords(step: Step, plane: ControlPlane | undefined): string {
  if (typeof step === 'string') return step
  const words = plane?.words[step.topic]
  return words === undefined ? step.text : `${step.text} ${plane?.name}: ${words}`
}
