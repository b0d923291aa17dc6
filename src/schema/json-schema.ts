/** A JSON Schema, draft 2020-12, as far as this program's documents need it. https://json-schema.org/draft/2020-12 */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export const text: JsonSchema = { type: 'string' }
export const number: JsonSchema = { type: 'number' }
export const integer: JsonSchema = { type: 'integer' }
export const flag: JsonSchema = { type: 'boolean' }
export const probability: JsonSchema = { type: 'number', minimum: 0, maximum: 1 }
export const time: JsonSchema = { type: 'string', format: 'date-time' }
/** A piece of configuration as the proxy has it, which this program's schemas do not describe. */
export const anything: JsonSchema = {}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

export function oneOf(...values: readonly string[]): JsonSchema {
  return { enum: values }
}

export function mapOf(additionalProperties: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties }
}

/** An object whose keys are all there, but those named as optional. */
export function record(
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }
}
