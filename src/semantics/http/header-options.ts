import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'

/** Headers by lower-case name. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>

/**
 * Headers after what a route, its virtual host and its route configuration add and remove.
 * @param levels most specific first, the order in which Envoy applies them
 * @param format resolves `%…%` in a value; undefined leaves the header alone
 */
export function withHeaderOptions(
  headers: HeaderValues,
  levels: readonly JsonObject[],
  side: 'request' | 'response',
  format: (text: string) => string | undefined,
): HeaderValues {
  const changed = new Map(headers)
  for (const level of levels) {
    for (const name of stringsOf(level[`${side}_headers_to_remove`])) changed.delete(name.toLowerCase())
    for (const option of objectsOf(level[`${side}_headers_to_add`])) {
      const { key, value } = objectOf(option.header)
      const name = (stringOf(key) ?? '').toLowerCase()
      const after = appended(option, changed.get(name), format(stringOf(value) ?? ''))
      if (after !== undefined) changed.set(name, after)
    }
  }
  return changed
}

/**
 * The values of one header after a HeaderValueOption, by its append_action (or the older `append`). Undefined when nothing changes: an
 * empty value is dropped unless `keep_empty_value` is set.
 */
export function appended(
  option: JsonObject,
  present: readonly string[] | undefined,
  value: string | undefined,
): readonly string[] | undefined {
  if (value === undefined || (value === '' && option.keep_empty_value !== true)) return undefined
  const legacy = option.append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD'
  const action = stringOf(option.append_action) ?? legacy
  if (present === undefined) return action === 'OVERWRITE_IF_EXISTS' ? undefined : [value]
  if (action === 'ADD_IF_ABSENT') return undefined
  return action === 'APPEND_IF_EXISTS_OR_ADD' ? [...present, value] : [value]
}
