import type { Outcome } from '../../../semantics/outcome.ts'
import type { Trace } from '../../../walk/trace-result.ts'

/**
 * Whether the request ends well whatever chance decides: it goes upstream, is redirected, or is answered by the proxy with a status
 * below 400; a status that Envoy sets in place of another one counts as well. What a dump cannot tell is no success, and neither is
 * what depends on a condition.
 */
export function succeeds({ alternatives }: Trace): boolean {
  return alternatives.every(({ outcome }) => endsWell(outcome) && outcome.conditions.length === 0)
}

/** Whether one alternative does, if its conditions hold. */
export function endsWell({ kind, status = 200 }: Outcome): boolean {
  return kinds.has(kind) && status < 400
}

const kinds: ReadonlySet<Outcome['kind']> = new Set(['upstream', 'tcp', 'redirect', 'directResponse'])
