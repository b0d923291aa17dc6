import assert from 'node:assert/strict'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { Json } from '../../src/envoy/json.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import type { AnyResourceKind } from '../../src/resources/resource-kind.ts'
import { resourceView } from '../../src/resources/resource-view.ts'
import type { View } from '../../src/view.ts'

export const now = new Date('2026-01-01T00:00:00Z')

/** A section of a dump; `message` is its name without `ConfigDump`. */
export function section(message: string, lists: object): object {
  return { '@type': `type.googleapis.com/envoy.admin.v3.${message}ConfigDump`, ...lists }
}

export async function dumpOfSections(...configs: readonly object[]): Promise<ConfigDump> {
  return readDump(Buffer.from(JSON.stringify({ configs })), 'dump')
}

/** The kind of that name; with `--verbose=false` its compact form. */
export function kindNamed(name: string, compact = false): AnyResourceKind {
  const kind = resourceKinds.find((each) => each.name === name)
  assert.ok(kind !== undefined)
  return compact ? (kind.compact ?? assert.fail()) : kind
}

export interface Asked {
  readonly wanted?: Readonly<Record<string, string>>
  readonly compact?: true
  readonly auxiliaryPage?: Json
}

export function viewOf(name: string, dump: ConfigDump, { wanted = {}, compact, auxiliaryPage }: Asked = {}): View {
  return resourceView(kindNamed(name, compact), dump, { wanted, label: 'dump', now, auxiliaryPage })
}

/** Each row as an object of those of its cells that have a value. */
export function rowsOf(view: View): object[] {
  return view.rows.map(({ cells }) =>
    Object.fromEntries(
      view.columns.flatMap(({ key }, at) => (cells[at] === undefined || cells[at] === '' ? [] : [[key, cells[at]]])),
    ),
  )
}

/** One cell of each row. */
export function cellsOf(view: View, key: string): unknown[] {
  const at = view.columns.findIndex((column) => column.key === key)
  assert.ok(at !== -1, key)
  return view.rows.map(({ cells }) => cells[at])
}

/** What `-o json` prints, as a value. */
export function documentOf(view: View): unknown {
  return wholeOf(view.document())
}

export function wholeOf(document: ReturnType<View['document']>): unknown {
  if ('value' in document) return document.value
  if ('list' in document) return [...document.list]
  if ('documents' in document) return document.documents.map(wholeOf)
  return Object.fromEntries(document.fields.map(([name, inner]) => [name, wholeOf(inner)]))
}
