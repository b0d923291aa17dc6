import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { showsIstio } from '../../resources/own-columns.ts'
import type { Cell, Document, View, ViewColumn, ViewRow } from '../../view.ts'
import { diffDocument } from './diff-document.ts'
import { diffText } from './diff-text.ts'
import type { DumpDiff, KindDiff } from './dump-diff.ts'
import { unifiedText } from './unified-text.ts'

interface Sides {
  readonly controlPlane: ConfigDump
  readonly envoy: ConfigDump
}

/** Columns of differences. */
export const differenceColumns: readonly ViewColumn[] = [
  { header: 'KIND', key: 'resourceKind' },
  { header: 'NAME', key: 'name' },
  { header: 'DIFFERENCE', key: 'difference' },
  { header: 'PATH', key: 'path', missing: '-' },
  { header: 'CONTROL PLANE', key: 'controlPlane', missing: '-' },
  { header: 'ENVOY', key: 'envoy', missing: '-' },
]

/** A diff as text for people, as unified text, as rows (one per difference) and as one document. */
export function diffView(diff: DumpDiff, sides: Sides): View {
  return {
    kind: 'difference',
    columns: differenceColumns,
    rows: diff.kinds.flatMap(kindRows),
    document: () => ({ value: diffDocument(diff) }),
    raw: () => ({
      fields: [
        ['controlPlane', received(sides.controlPlane)],
        ['envoy', received(sides.envoy)],
      ],
    }),
    texts: {
      table: () => diffText(diff),
      unified: () => unifiedText(diff, showsIstio([], sides.envoy) ? 'Pilot' : 'Control plane'),
    },
    notes: [],
    empty: 'No differences.',
  }
}

function kindRows({ kind, onlyInControlPlane, onlyInEnvoy, changed, warming, rejected }: KindDiff): ViewRow[] {
  const row = (name: string, difference: string, ...rest: Cell[]): ViewRow => ({
    name: `${kind}/${name}`,
    cells: [kind, name, difference, ...[...rest, undefined, undefined, undefined].slice(0, 3)],
  })
  return [
    ...onlyInControlPlane.map((name) => row(name, 'only in the control plane')),
    ...onlyInEnvoy.map((name) => row(name, 'only in Envoy')),
    ...changed.flatMap(({ name, changes }) =>
      changes.map(({ path, from, to, moved }) =>
        row(name, moved ? 'moved' : 'changed', path, valueCell(from), valueCell(to)),
      ),
    ),
    ...warming.map(({ name }) => row(name, 'warming')),
    ...rejected.map(({ name, reason }) => row(name, 'rejected', undefined, undefined, reason)),
  ]
}

/** A value of a resource as a cell: a text as it is, anything else as JSON. */
export function valueCell(value: unknown): Cell {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value)
}

function received(dump: ConfigDump): Document {
  return { fields: [['configs', { list: dump.sections.map((section) => section.value()) }]] }
}
