import type { Pod } from './pod.ts'

/** The revision that a pod of Istio belongs to; `default` where it says nothing. */
export function revisionOf({ labels }: Pod): string {
  return labels['istio.io/rev'] ?? 'default'
}
