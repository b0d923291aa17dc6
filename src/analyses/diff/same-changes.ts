import type { Change } from './delta.ts'

/** Resources that differ in the same way. */
export interface SameChanges<C extends Change = Change> {
  readonly names: readonly string[]
  /** Those of the first of them. */
  readonly changes: readonly C[]
}

/** A resource that has changed. */
interface Changed<C extends Change> {
  readonly name: string
  readonly changes: readonly C[]
}

/** Groups resources whose changes are equal in path and values, the largest group first, so that one cause reads as one. */
export function groupSameChanges<C extends Change>(changed: readonly Changed<C>[]): SameChanges<C>[] {
  const groups = new Map<string, { names: string[]; changes: readonly C[] }>()
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
