import { manifestFormat } from '../../fetch/capture/format/manifest.ts'
import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { flag, integer, type JsonSchema, listOf, record, text, time } from '../../schema/json-schema.ts'
import type { ViewColumn } from '../../view.ts'

export const captureColumns: readonly ViewColumn[] = [
  { header: 'CONTENT', key: 'content' },
  { header: 'NAMESPACE', key: 'namespace' },
  { header: 'NAME', key: 'name' },
  { header: 'VERSION', key: 'version' },
  { header: 'FILES', key: 'files', types: ['number'] },
  { header: 'BYTES', key: 'bytes', types: ['number'] },
  { header: 'FAILED', key: 'failed', types: ['number'] },
]

function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

/** What a manifest is; docs/capture.md says more of it. */
const manifestSchema = record({
  format: { const: manifestFormat },
  version: integer,
  program: orNull(record({ name: text, version: text })),
  cluster: orNull(
    record({
      server: text,
      kubernetes: orNull(text),
      namespace: text,
      istioNamespace: text,
      namespaces: orNull(listOf(text)),
    }),
  ),
  started: orNull(time),
  ended: orNull(time),
  interrupted: flag,
  redaction: record({ secrets: flag, patterns: integer }),
  proxies: listOf(
    record({
      name: text,
      namespace: text,
      source: orNull(text),
      version: orNull(text),
      absent: listOf(text),
      istiod: orNull(text),
      connected: orNull(flag),
    }),
  ),
  istiods: listOf(record({ name: text, namespace: text, image: orNull(text) })),
  fileCount: orNull(integer),
  files: listOf(record({ path: text, bytes: integer, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } })),
  failures: listOf(record({ path: text, reason: text, status: orNull(integer), message: text })),
})

/** What a capture holds. */
export const captureSchema: AnswerSchema = {
  name: 'capture',
  title: 'A proxy, an istiod or a list of objects in a capture',
  kind: 'captured',
  columns: [captureColumns],
  document: { title: 'The manifest of a capture', schema: manifestSchema },
}
