import type { Feature } from '../../proxy/features.ts'
import type { Release } from '../../proxy/release.ts'

/** A published security fault of Envoy. */
export interface Advisory {
  readonly id: string
  readonly about: string
  readonly severity: 'error' | 'warning'
  /** The first version of each release line that has it mended, the newest line first; newer lines have it mended. */
  readonly fixed: readonly string[]
  /** What of it a configuration must have, any of these. */
  readonly needs: readonly Feature[]
  /** When the versions came out. */
  readonly published: string
}

/** The version that mends a fault in the line of a release, or the first line that has it; undefined where the release has it mended. */
export function fixedIn({ fixed }: Pick<Advisory, 'fixed'>, { minor, patch }: Release): string | undefined {
  const lines = fixed.map((version) => ({ version, parts: version.split('.').map(Number) }))
  const newest = lines[0]?.parts[1] ?? 0
  if (minor > newest) return undefined
  const own = lines.find(({ parts }) => parts[1] === minor)
  if (own !== undefined) return patch < (own.parts[2] ?? 0) ? own.version : undefined
  // A line between those that were mended, or before them: the next that has it.
  return lines.findLast(({ parts }) => (parts[1] ?? 0) > minor)?.version
}
