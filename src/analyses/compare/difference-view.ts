import type { Cell, TextLine, View, ViewColumn, ViewRow } from '../../view.ts'
import { valueCell } from '../diff/diff-view.ts'
import { type ComparedPair, type Difference, differs } from './answer.ts'
import { comparisonDocument, comparisonPatch } from './comparison-document.ts'
import { comparisonText, unifiedComparison } from './comparison-text.ts'
import { singular } from './model/comparable-kinds.ts'
import type { KindComparison } from './model/comparison.ts'
import { leftOutTexts, skippedTexts } from './words/summary-text.ts'

/** Columns of what differs between two proxies. */
export const comparisonColumns: readonly ViewColumn[] = [
  { header: 'BEFORE', key: 'beforeProxy' },
  { header: 'AFTER', key: 'afterProxy' },
  { header: 'KIND', key: 'resourceKind' },
  { header: 'NAME', key: 'name' },
  { header: 'DIFFERENCE', key: 'difference' },
  { header: 'PATH', key: 'path', missing: '-' },
  { header: 'FROM', key: 'from', missing: '-' },
  { header: 'TO', key: 'to', missing: '-' },
  { header: 'OBJECT', key: 'object', missing: '-' },
]

/** A difference as text for people, as unified diff, as JSON Patch, as rows and as one document. */
export function differenceView(difference: Difference): View {
  const document = () => ({ value: differenceDocument(difference) })
  const { pairs, notes } = difference
  const kinds = [difference, ...pairs.flatMap(({ comparison }) => comparison.kinds)]
  return {
    kind: 'difference',
    columns: comparisonColumns,
    rows: [...pairs.flatMap(pairRows), ...absentRows(difference)],
    document,
    raw: document,
    texts: {
      table: () => differenceText(difference),
      unified: () => pairs.flatMap(({ comparison, names }) => unifiedComparison(comparison, names)),
    },
    ownDocuments: { patch: () => ({ value: patchOf(pairs) }) },
    notes: [
      ...new Set([...notes, ...pairs.flatMap(({ comparison }) => skippedTexts(comparison))]),
      ...leftOutTexts(kinds),
      ...(differs(difference) ? [] : ['No differences.']),
    ],
    empty: 'No differences.',
  }
}

function differenceText(difference: Difference): TextLine[] {
  const { pairs, groups, onlyBefore, onlyAfter } = difference
  const blocks = [
    groupLines(groups),
    [...onlyBefore.map((name) => `- proxy ${name}`), ...onlyAfter.map((name) => `+ proxy ${name}`)],
    ...pairs.flatMap(({ comparison, names, requests = [] }): TextLine[][] => [
      comparisonText(comparison, names),
      requests.length === 0
        ? []
        : [
            `${requests.length === 1 ? '1 request comes' : `${requests.length} requests come`} to something else in ${names.after}`,
            ...requests.map(
              ({ name, before, after }): TextLine => ({
                text: `  ~ ${name}: ${before} -> ${after}`,
                tone: 'warning',
              }),
            ),
          ],
    ]),
  ].filter((block) => block.length > 0)
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]))
}

/** The largest group is what the others are held against, so it comes last. */
function groupLines(groups: readonly (readonly string[])[]): TextLine[] {
  if (groups.length < 2) return []
  const all = groups.reduce((sum, group) => sum + group.length, 0)
  return groups.map((group, index): TextLine => {
    const text = `${group.length} of ${all}: ${group.join(', ')}`
    return index === groups.length - 1 ? text : { text, tone: 'warning' }
  })
}

interface RowParts {
  readonly path?: string
  readonly from?: Cell
  readonly to?: Cell
  readonly objects?: readonly string[]
}

function rowOf(
  names: Partial<ComparedPair['names']>,
  [kind, name, what]: readonly [kind: string, name: string, what: string],
  { path, from, to, objects = [] }: RowParts = {},
): ViewRow {
  return {
    name,
    kind: singular(kind),
    cells: [names.before, names.after, kind, name, what, path, from, to, objects.join(', ')],
  }
}

function pairRows({ names, comparison, requests = [] }: ComparedPair): ViewRow[] {
  const kindRows = ({ kind, removed, added, changed, unused }: KindComparison): ViewRow[] => [
    ...removed.map(({ name, objects }) => rowOf(names, [kind, name, 'removed'], { objects })),
    ...added.map(({ name, objects }) => rowOf(names, [kind, name, 'added'], { objects })),
    ...changed.flatMap(({ name, changes }) =>
      changes.map(({ path, from, to, moved, objects }) =>
        rowOf(names, [kind, name, moved ? 'moved' : 'changed'], {
          path,
          from: valueCell(from),
          to: valueCell(to),
          objects,
        }),
      ),
    ),
    ...unused.map(({ name, side, state, reason }) =>
      rowOf(names, [kind, name, state === 'error' ? 'rejected' : 'warming'], {
        [side === 'before' ? 'from' : 'to']: reason,
      }),
    ),
  ]
  return [
    ...comparison.kinds.flatMap(kindRows),
    ...requests.map(({ name, before, after }) =>
      rowOf(names, ['request', name, 'changed'], { from: before, to: after }),
    ),
  ]
}

function absentRows({ onlyBefore, onlyAfter }: Difference): ViewRow[] {
  return [
    ...onlyBefore.map((before) => rowOf({ before }, ['proxy', before, 'removed'])),
    ...onlyAfter.map((after) => rowOf({ after }, ['proxy', after, 'added'])),
  ]
}

function differenceDocument(difference: Difference): object {
  const { pairs, compared, groups, onlyBefore, onlyAfter } = difference
  return {
    match: !differs(difference),
    compared,
    ...(groups.length === 0 ? {} : { groups }),
    ...(onlyBefore.length + onlyAfter.length === 0 ? {} : { onlyBefore, onlyAfter }),
    pairs: pairs.map(({ comparison, names, requests }) => ({
      ...comparisonDocument(comparison, names),
      ...(requests === undefined ? {} : { requests }),
    })),
  }
}

/** One patch, or for several pairs one of each under the name of its second side. */
function patchOf(pairs: readonly ComparedPair[]): object {
  const patches = pairs.map(({ comparison, names }) => [names.after, comparisonPatch(comparison)] as const)
  const [only] = patches
  return patches.length === 1 && only !== undefined ? only[1] : Object.fromEntries(patches)
}
