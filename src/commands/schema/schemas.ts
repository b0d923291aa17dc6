import { comparedKinds } from '../../envoy/kinds.ts'
import { rowVersion } from '../../output/jsonl.ts'
import { answerSchema, policiesSchema } from '../../output/schemas/authz.ts'
import { concernsSchema, trustSchema } from '../../output/schemas/describe.ts'
import { diffSchema } from '../../output/schemas/diff.ts'
import { type JsonSchema, listOf } from '../../output/schemas/json-schema.ts'
import { rowSchema } from '../../output/schemas/row.ts'
import { statusSchema } from '../../output/schemas/status.ts'
import { caseSchema, traceSchema } from '../../output/schemas/trace.ts'
import { rowKinds } from './row-kinds.ts'

/** The schema of something that the program prints for programs. */
export interface DocumentedSchema {
  readonly name: string
  /** The format it describes: a line of `jsonl`, or the whole of `json`. */
  readonly format: 'jsonl' | 'json'
  readonly title: string
  readonly schema: JsonSchema
}

/** THE list of machine formats: a kind of row each, then the documents that are this program's own. */
export function schemas(): DocumentedSchema[] {
  const kinds = rowKinds()
  const caseKeys = { schema: { const: rowVersion }, kind: { const: 'case' } }
  const document = (name: string, title: string, schema: JsonSchema) => ({
    ...whole(`${name}-document`, title, schema),
    format: 'json' as const,
  })
  return [
    ...[
      ...kinds.map((kind) => whole(kind.name, kind.title, rowSchema(kind))),
      whole('cases', 'A case of a requests file (trace --requests)', caseSchema(caseKeys)),
    ].map((each) => ({ ...each, format: 'jsonl' as const })),
    document('status', 'The proxies of a mesh', statusSchema),
    document('diff', 'What differs between the control plane and Envoy (status POD)', diffSchema(comparedKinds)),
    document('trace', 'Where a request goes, and why', traceSchema),
    document('cases', 'The cases of a requests file (trace --requests)', listOf(caseSchema({}))),
    document('authz', 'Authorization policies', policiesSchema),
    document('authz-request', 'What authorization policies say to a request', answerSchema),
    document('describe', 'What concerns a pod or a service', concernsSchema),
    document('rootca-compare', 'Each two proxies, and whether they trust each other', trustSchema),
  ]
}

function whole(name: string, title: string, schema: JsonSchema) {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${rowVersion.replace('/', ':')}:${name}`,
    title,
  }
  return { name, title, schema: { ...head, ...schema } }
}
