import type { ViewColumn } from '../view.ts'
import type { JsonSchema } from './json-schema.ts'

/** Version of the keys. A key is never renamed or removed within a version; new ones may come. */
export const rowVersion = 'proxy-config/v1'

/** What an answer looks like, declared beforehand: its views have these columns; its JSON Schemas and its documentation are made from them. */
export interface AnswerSchema {
  /** Names its JSON Schemas. */
  readonly name: string
  /** What a row is. */
  readonly title: string
  /** Singular, as in `-o name` and in the key `kind` of each row. */
  readonly kind: string
  /** The columns; several lists where a flag or the input chooses between them. */
  readonly columns: readonly (readonly ViewColumn[])[]
  /** Keys that depend on what is shown: a text or null under any other name. */
  readonly open?: true
  /** The schema of a line of `-o jsonl` that begins with these keys, where it has other things than the columns. */
  record?(head: Readonly<Record<string, JsonSchema>>): JsonSchema
  /** What `-o json` prints, where that is this program's own and not Envoy's. */
  readonly document?: { readonly title: string; readonly schema: JsonSchema }
}
