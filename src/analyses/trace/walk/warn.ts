import type { Warning } from '../../../semantics/reasons/reason.ts'
import type { Hop } from './trace-result.ts'

/** Puts warnings behind those that a hop has; one that it has already is not repeated. */
export function warn(hop: Hop, ...warnings: readonly Warning[]): void {
  for (const warning of warnings) {
    const known = hop.warnings ?? []
    const text = JSON.stringify(warning)
    if (!known.some((other) => JSON.stringify(other) === text)) hop.warnings = [...known, warning]
  }
}
