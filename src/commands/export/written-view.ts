import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { integer, listOf, record, text } from '../../schema/json-schema.ts'
import type { View, ViewColumn } from '../../view.ts'

/** The files of one partition. */
export interface WrittenPartition {
  readonly kind: string
  readonly kubeCluster: string | undefined
  readonly date: string | undefined
  readonly files: number
  readonly rows: number
}

const columns: readonly ViewColumn[] = [
  { header: 'KIND', key: 'table' },
  { header: 'KUBE CLUSTER', key: 'kubeCluster' },
  { header: 'DATE', key: 'date' },
  { header: 'ROWS', key: 'rows', types: ['number'] },
  { header: 'FILES', key: 'files', types: ['number'] },
]

const optional = { type: ['string', 'null'] }

export const exportSchema: AnswerSchema = {
  name: 'export',
  title: 'Files that were added to a folder, for each partition',
  kind: 'partition',
  columns: [columns],
  document: {
    title: 'Files that were added to a folder',
    schema: listOf(record({ kind: text, kubeCluster: optional, date: optional, files: integer, rows: integer })),
  },
}

/** What was added, a row for each partition. */
export function writtenView(written: readonly WrittenPartition[]): View {
  const document = () => ({
    value: written.map(({ kind, kubeCluster = null, date = null, files, rows }) => ({
      kind,
      kubeCluster,
      date,
      files,
      rows,
    })),
  })
  return {
    kind: exportSchema.kind,
    columns,
    rows: written.map(({ kind, kubeCluster, date, files, rows }) => ({
      name: kind,
      cells: [kind, kubeCluster, date, rows, files],
    })),
    document,
    raw: document,
    notes: [],
    empty: 'Nothing was added.',
  }
}
