import type { ComparedKind } from '../../envoy/kinds.ts'

/** What any control plane is asked for: secrets would be private keys, and what filters subscribe to is not asked for yet. */
const asked: ReadonlySet<ComparedKind> = new Set(['clusters', 'listeners', 'routes', 'endpoints'])

export function isAskedFor(kind: ComparedKind): boolean {
  return asked.has(kind)
}
