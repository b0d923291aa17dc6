import type { Json } from '../../envoy/json.ts'
import { comparedTitle } from '../../envoy/kinds.ts'
import type { TextLine } from '../../view.ts'
import type { Change } from './delta.ts'
import type { DumpDiff, KindDiff } from './dump-diff.ts'
import { groupSameChanges, type SameChanges } from './same-changes.ts'

/**
 * The diff for people: a heading per kind, in istioctl's words, and below it every resource that is missing (`-`), additional
 * (`+`), changed (`~`) or that Envoy has but does not use (`!`). Lines may hold anything that the dumps hold.
 */
export function diffText(diff: DumpDiff): TextLine[] {
  return diff.kinds.flatMap(kindLines)
}

/** `Clusters Match`, `Routes don't match (RDS last loaded at Sat, 21 Nov 2026 09:13:01 UTC)`. */
export function heading({ kind, match, skipped, lastLoaded }: KindDiff): string {
  if (skipped !== undefined) return `${comparedTitle(kind)} not compared (${skipped})`
  const loaded = lastLoaded === undefined ? '' : ` (RDS last loaded at ${rfc1123(lastLoaded)})`
  return `${comparedTitle(kind)} ${match ? 'Match' : "don't match"}${loaded}`
}

function kindLines(kind: KindDiff): TextLine[] {
  return [
    heading(kind),
    ...kind.onlyInControlPlane.map((name) => `  - ${name}: only in the control plane`),
    ...kind.onlyInEnvoy.map((name) => `  + ${name}: only in Envoy`),
    ...groupSameChanges(kind.changed).flatMap((group) => groupLines(group, kind)),
    ...unusedLines(kind),
  ]
}

/** What Envoy has from the control plane but does not use, with Envoy's reason. */
export function unusedLines({ warming, rejected }: KindDiff): TextLine[] {
  return [
    ...warming.map(({ name, active }): TextLine => {
      const now = active ? 'Envoy still uses the previous version' : 'not in use'
      return { text: `  ! ${name}: warming, ${now}`, tone: 'warning' }
    }),
    ...rejected.map(
      ({ name, reason }): TextLine => ({ text: `  ! ${name}: rejected by Envoy: ${reason}`, tone: 'bad' }),
    ),
  ]
}

/** So many of a group are named; the others are in `-o json`. */
const maxNamed = 5

function groupLines({ names, changes }: SameChanges, { kind }: KindDiff): string[] {
  const [first = '', ...others] = names
  const lines = changes.map(changeLine)
  if (others.length === 0) return [`  ~ ${first}`, ...lines]
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  return [
    `  ~ the same change in ${names.length} ${comparedTitle(kind).toLowerCase()}`,
    ...lines,
    `      in ${names.slice(0, maxNamed).join(', ')}${more}`,
  ]
}

function changeLine({ path, from, to, moved }: Change): string {
  if (moved) return `      ${path}: at position ${from} in the control plane, ${to} in Envoy`
  return `      ${path}: ${valueText(from)} in the control plane, ${valueText(to)} in Envoy`
}

/** Characters of a value that are shown; a whole virtual host would bury the rest. */
const longest = 200

function valueText(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function rfc1123(time: string): string {
  return new Date(time).toUTCString().replace('GMT', 'UTC')
}
