import type { Entry } from '../envoy/dump/config-dump.ts'
import { type Json, listOf, objectOf } from '../envoy/json.ts'
import { sections } from '../envoy/kinds.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import type { AnyResourceKind, Row } from './resource-kind.ts'

/** What each row comes from, as the document has it; rows of one entry follow each other and share it. */
export function* rowItems(resourceKind: AnyResourceKind, rows: readonly Row[]): Generator<unknown> {
  let before: Entry | undefined
  let item: unknown
  for (const { entry } of rows) {
    if (entry !== before) item = itemOf(resourceKind, entry)
    before = entry
    yield item
  }
}

function itemOf({ entries, inSection }: AnyResourceKind, entry: Entry): Json {
  const { type, message, lists } = sections[entries]
  if (!inSection) return toCamelCase(entry.resource, type)
  const field = lists.find(({ state }) => state === entry.state)?.field
  if (field === undefined) return toCamelCase(entry.wrapper, `envoy.admin.v3.${message}`)
  const section = toCamelCase({ [field]: [entry.wrapper] }, `envoy.admin.v3.${message}`)
  const [list = []] = Object.values(objectOf(section))
  return listOf(list)[0] ?? null
}
