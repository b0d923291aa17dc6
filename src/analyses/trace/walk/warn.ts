import type { Hop } from './trace-result.ts'

/** Puts warnings behind those that a hop has. */
export function warn(hop: Hop, ...warnings: readonly string[]): void {
  if (warnings.length > 0) hop.warnings = [...(hop.warnings ?? []), ...warnings]
}
