import type { TextLine } from '../../view.ts'
import { groupSameChanges, type SameChanges } from '../diff/same-changes.ts'
import { unifiedLines } from '../diff/unified-lines.ts'
import {
  type Comparison,
  isSameKind,
  type KindComparison,
  type ShownChange,
  type UnusedResource,
} from './model/comparison.ts'
import { changeLines, objectsText } from './words/change-lines.ts'
import { summaryText } from './words/summary-text.ts'

/** What the two sides are called: `web-7f.shop`, `before.json`. */
export interface SideNames {
  readonly before: string
  readonly after: string
}

/** So many resources of those that changed alike are named; the others are in `-o json`. */
const maxNamed = 5

/** A comparison for people: what changed by kind in one line, then by resource. */
export function comparisonText(comparison: Comparison, names: SideNames): TextLine[] {
  const { kinds } = comparison
  if (comparison.match) return []
  return [
    `--- ${names.before}`,
    `+++ ${names.after}`,
    summaryText(kinds),
    ...kinds.flatMap((kind) => (isSameKind(kind) ? [] : ['', ...kindLines(kind, names)])),
  ]
}

function kindLines({ kind, removed, added, changed, unused }: KindComparison, names: SideNames): TextLine[] {
  return [
    kind,
    ...removed.map(({ name, objects }) => `  - ${name}${objectsText(objects)}`),
    ...added.map(({ name, objects }) => `  + ${name}${objectsText(objects)}`),
    ...groupSameChanges(changed).flatMap((group) => groupLines(group, kind)),
    ...unused.map((one) => unusedLine(one, names)),
  ]
}

function groupLines({ names, changes }: SameChanges<ShownChange>, kind: string): string[] {
  const [first = '', ...others] = names
  const lines = changeLines(changes).map((line) => `      ${line}`)
  if (others.length === 0) return [`  ~ ${first}`, ...lines]
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  return [`  ~ the same in ${names.length} ${kind}: ${names.slice(0, maxNamed).join(', ')}${more}`, ...lines]
}

function unusedLine({ name, side, state, reason }: UnusedResource, names: SideNames): TextLine {
  const which = names[side]
  return state === 'warming'
    ? { text: `  ! ${name}: warming in ${which}`, tone: 'warning' }
    : { text: `  ! ${name}: ${which} rejected an update${reason === undefined ? '' : `: ${reason}`}`, tone: 'bad' }
}

/** The same as a unified diff of the canonical resources, as `diff -u` writes it. */
export function unifiedComparison({ kinds }: Comparison, names: SideNames): TextLine[] {
  return kinds.flatMap(({ kind, removed, added, changed, before, after, unused }) => {
    const different = new Set([...removed, ...added, ...changed].map(({ name }) => name))
    const found = unifiedLines(before, after, different)
    const heads = found.length === 0 ? [] : [`--- ${names.before} ${kind}`, `+++ ${names.after} ${kind}`]
    return [...heads, ...found, ...unused.map((one) => unusedLine(one, names))]
  })
}
