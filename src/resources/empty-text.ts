import type { AnyResourceKind, Row } from './resource-kind.ts'
import type { ViewOptions, WantedFilters } from './view-options.ts'

/** Values that hold what a filter asks for as a whole, by the flag; collected from rows that do not pass. */
export interface NearValues {
  readonly found: ReadonlyMap<string, ReadonlySet<string>>
  look(row: Row): void
}

export function nearValues({ filters }: AnyResourceKind, wanted: WantedFilters): NearValues {
  const found = new Map<string, Set<string>>()
  const asked = filters.flatMap(({ name, matches, near }) => {
    const text = wanted[name]
    return text === undefined || near === undefined ? [] : [{ name, text, matches, near }]
  })
  return {
    found,
    look(row) {
      for (const { name, text, matches, near } of asked) {
        if (matches(row, text)) continue
        const values = found.get(name) ?? new Set()
        for (const value of near(row, text)) values.add(value)
        found.set(name, values)
      }
    },
  }
}

/** Names enough to see what is meant. */
const maxNamed = 4

/** What is said when no row passes. A part of what is asked for as a whole must not look like there is nothing. */
export function emptyText(
  resourceKind: AnyResourceKind,
  { wanted, label }: ViewOptions,
  near: NearValues['found'],
): string {
  const isNarrowed = Object.values(wanted).some((value) => value !== undefined)
  const hints = [...near].flatMap(([flag, values]) => {
    if (values.size === 0) return []
    const named = [...values].slice(0, maxNamed).join(', ')
    return [` --${flag} matches the full name, for example ${named}${values.size > maxNamed ? ', …' : '.'}`]
  })
  return `No ${resourceKind.name} found${isNarrowed ? ' that match the filters' : ''} in ${label}.${hints.join('')}`
}
