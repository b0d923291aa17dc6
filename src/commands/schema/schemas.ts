import { adminSchemas } from '../../admin/schemas.ts'
import { analyses } from '../../analyses/index.ts'
import { ownSchemas } from '../../analyses/schemas.ts'
import { trafficSchemas } from '../../analyses/traffic/schemas.ts'
import { lintSchemas } from '../../lint/view/schemas.ts'
import { resourceSchemas } from '../../resources/schemas.ts'
import { rowVersion } from '../../schema/answer-schema.ts'
import type { JsonSchema } from '../../schema/json-schema.ts'
import { rowSchema } from '../../schema/row-schema.ts'
import { ztunnelSchemas } from '../../ztunnel/schemas.ts'
import { captureSchema } from '../capture/capture-schema.ts'
import { exportSchema } from '../export/written-view.ts'
import { foldedSchema } from '../proxies/fleet/folded-schema.ts'

/** The schema of something that the program prints for programs. */
export interface DocumentedSchema {
  readonly name: string
  /** The format it describes: a line of `jsonl`, or the whole of `json`. */
  readonly format: 'jsonl' | 'json'
  readonly title: string
  readonly schema: JsonSchema
}

/** THE list of machine formats: a kind of row each, then the documents that are this program's own. */
export async function schemas(): Promise<readonly DocumentedSchema[]> {
  const loaded = await Promise.all(analyses.flatMap(({ load, byFlag }) => [load(), ...(byFlag ? [byFlag.load()] : [])]))
  const answers = [
    ...resourceSchemas,
    ...trafficSchemas,
    ...ownSchemas,
    ...lintSchemas,
    ...loaded.map(({ schema }) => schema),
    ...adminSchemas,
    ...ztunnelSchemas,
    captureSchema,
    exportSchema,
    foldedSchema,
  ]
  return [
    ...answers.map((answer) => whole('jsonl', answer.name, answer.title, rowSchema(answer))),
    ...answers.flatMap(({ name, document }) =>
      document === undefined ? [] : [whole('json', `${name}-document`, document.title, document.schema)],
    ),
  ]
}

function whole(format: DocumentedSchema['format'], name: string, title: string, schema: JsonSchema): DocumentedSchema {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${rowVersion.replace('/', ':')}:${name}`,
    title,
  }
  return { name, format, title, schema: { ...head, ...schema } }
}
