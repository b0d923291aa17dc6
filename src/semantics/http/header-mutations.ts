import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { formatString } from '../matching/format-string.ts'
import { canonicalName, type DecodedRequest, type HeaderValue, withHeader } from '../matching/http-headers.ts'
import { append } from './header-options.ts'

/** The request after the connection manager's `early_header_mutation_extensions`, which come before routing. */
export function mutatedEarly(request: DecodedRequest, connectionManager: JsonObject): DecodedRequest {
  const mutations = objectsOf(connectionManager.early_header_mutation_extensions)
    .map(typedConfig)
    .filter(({ message }) => message === 'HeaderMutation')
    .flatMap(({ config }) => objectsOf(config.mutations))
  return mutated(request, mutations)
}

/** The request after a list of `HeaderMutation`: headers removed and added. The format of a value sees what was changed before it. */
export function mutated(request: DecodedRequest, mutations: readonly JsonObject[]): DecodedRequest {
  const changed = new Map<string, HeaderValue[]>()
  const values = (name: string) => changed.get(canonicalName(name)) ?? request.headers.values(name)
  for (const mutation of mutations) {
    if (typeof mutation.remove === 'string') changed.set(canonicalName(mutation.remove), [])
    if (!isObject(mutation.append)) continue
    const { key, value } = objectOf(mutation.append.header)
    const name = canonicalName(stringOf(key) ?? '')
    const text = formatString(stringOf(value) ?? '', { headers: { values }, client: request.client }, '')
    const after = changed.get(name) ?? [...request.headers.values(name)]
    if (append(after, mutation.append, text)) changed.set(name, after)
  }
  return [...changed].reduce((current, [name, after]) => withHeader(current, name, after), request)
}
