import type { Change } from './delta.ts'
import type { ResourceDiff } from './dump-diff.ts'

/** Resources that differ in the same way. */
export interface SameChanges {
  readonly names: readonly string[]
  readonly changes: readonly Change[]
}

/** Groups resources whose changes are equal in path and values, the largest group first, so that one cause reads as one. */
export function groupSameChanges(changed: readonly ResourceDiff[]): SameChanges[] {
  const groups = new Map<string, { names: string[]; changes: readonly Change[] }>()
  for (const { name, changes } of changed) {
    const key = JSON.stringify(
      changes.map(({ path, from, to }) => [path, from ?? null, to ?? null, from === undefined]),
    )
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { names: [name], changes })
    else group.names.push(name)
  }
  return [...groups.values()].sort((a, b) => b.names.length - a.names.length)
}
