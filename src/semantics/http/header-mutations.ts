import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { formatString } from '../matching/format-string.ts'
import { type DecodedRequest, withHeader } from '../matching/http-headers.ts'
import { appended } from './header-options.ts'

/** The request after the connection manager's `early_header_mutation_extensions`, which come before routing. */
export function mutatedEarly(request: DecodedRequest, connectionManager: JsonObject): DecodedRequest {
  return objectsOf(connectionManager.early_header_mutation_extensions)
    .map(typedConfig)
    .filter(({ message }) => message === 'HeaderMutation')
    .reduce((current, { config }) => mutated(current, objectsOf(config.mutations)), request)
}

/** The request after a list of `HeaderMutation`: headers removed and added. */
export function mutated(before: DecodedRequest, mutations: readonly JsonObject[]): DecodedRequest {
  let request = before
  for (const mutation of mutations) {
    if (typeof mutation.remove === 'string') request = withHeader(request, mutation.remove, undefined)
    if (!isObject(mutation.append)) continue
    const { key, value } = objectOf(mutation.append.header)
    const name = stringOf(key) ?? ''
    const text = formatString(stringOf(value) ?? '', request, '')
    const present = request.headers.values(name)
    const after = appended(mutation.append, present.length === 0 ? undefined : present, text)
    if (after !== undefined) request = withHeader(request, name, after)
  }
  return request
}
