import { isObject, type Json, type JsonObject, objectsOf } from '../../../envoy/json.ts'
import { toSnakeCase } from '../../../envoy/proto-json/proto-json.ts'
import { snakeName } from '../../../envoy/proto-json/proto-names.ts'
import { UsageError } from '../../../errors.ts'
import { quoted } from './quoted.ts'

interface RouterCheckItem {
  readonly input: JsonObject
  readonly validate: JsonObject
}

/**
 * A case of Envoy's router check tool (`ValidationItem`), its fields in snake_case. Both parts are required, and as with the tool an
 * unknown field is an error: a misspelt expectation would always hold.
 * https://github.com/envoyproxy/envoy/blob/main/test/tools/router_check/validation.proto
 * @throws UsageError that says what cannot be read
 */
export function readRouterCheck(item: Json): RouterCheckItem {
  const parts = fieldsOf(item, 'case', ['test_name', 'input', 'validate'])
  const input = fieldsOf(parts.input, 'input', inputs)
  const validate = fieldsOf(parts.validate, 'validate', validations)
  return {
    input: { ...input, dynamic_metadata: objectsOf(input.dynamic_metadata).map(snakeFields) },
    validate: {
      ...validate,
      request_header_matches: matchersOf(validate.request_header_matches),
      response_header_matches: matchersOf(validate.response_header_matches),
    },
  }
}

function matchersOf(matchers: Json | undefined): Json[] {
  return objectsOf(matchers).map((matcher) => toSnakeCase(matcher, 'envoy.config.route.v3.HeaderMatcher'))
}

function snakeFields(message: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [snakeName(key), value]))
}

function fieldsOf(message: Json | undefined, name: string, known: readonly string[]): JsonObject {
  if (message === undefined || message === null) throw new UsageError(`there is no ${name}`)
  if (!isObject(message)) throw new UsageError(`${name} is an object, not ${quoted(message)}`)
  const fields = snakeFields(message)
  const unknown = Object.keys(fields).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new UsageError(`unknown field ${unknown} in ${name}`)
  return fields
}

const inputs = [
  'authority',
  'path',
  'method',
  'random_value',
  'ssl',
  'internal',
  'runtime',
  'additional_request_headers',
  'additional_response_headers',
  'dynamic_metadata',
]

const validations = [
  'cluster_name',
  'virtual_cluster_name',
  'virtual_host_name',
  'host_rewrite',
  'path_rewrite',
  'path_redirect',
  'code_redirect',
  'request_header_matches',
  'response_header_matches',
]
