import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import type { HeaderValue } from '../matching/http-headers.ts'

/** Headers by lower-case name. */
export type HeaderValues = ReadonlyMap<string, readonly HeaderValue[]>

/**
 * Headers after what a route, its virtual host and its route configuration add and remove.
 * @param levels most specific first, the order in which Envoy applies them
 * @param format resolves `%…%` in a value; undefined leaves the header alone
 */
export function withHeaderOptions(
  headers: HeaderValues,
  levels: readonly JsonObject[],
  side: 'request' | 'response',
  format: (text: string) => HeaderValue | undefined,
): HeaderValues {
  const changed = new Map(headers)
  for (const level of levels) {
    for (const [name, values] of changedHeaders(level, side, (name) => changed.get(name) ?? [], format)) {
      if (values.length === 0) changed.delete(name)
      else changed.set(name, values)
    }
  }
  return changed
}

/**
 * The headers that one level changes, with their new values, none for one that it removes. Removals come first; then every option looks
 * at the headers as they were, whatever its neighbours do; overwrites go before additions. (HeaderParser::evaluateHeaders)
 * @param current the values of a header by its lower-case name
 * @param format resolves `%…%` in a value; undefined leaves the header alone
 */
export function changedHeaders(
  level: JsonObject,
  side: 'request' | 'response',
  current: (name: string) => readonly HeaderValue[],
  format: (text: string) => HeaderValue | undefined,
): HeaderValues {
  const changed = new Map<string, readonly HeaderValue[]>()
  for (const name of stringsOf(level[`${side}_headers_to_remove`])) changed.set(name.toLowerCase(), [])
  const valuesOf = (name: string): readonly HeaderValue[] => changed.get(name) ?? current(name)
  const overwritten: [string, HeaderValue][] = []
  const added: [string, HeaderValue][] = []
  for (const { option, name, text } of headerOptions(level, side)) {
    const value = format(text)
    if (value === undefined || (value === '' && option.keep_empty_value !== true)) continue
    const action = appendAction(option)
    const present = valuesOf(name).length > 0
    if (action === 'APPEND_IF_EXISTS_OR_ADD' || (action === 'ADD_IF_ABSENT' && !present)) added.push([name, value])
    else if (action === 'OVERWRITE_IF_EXISTS_OR_ADD' || (action === 'OVERWRITE_IF_EXISTS' && present))
      overwritten.push([name, value])
  }
  for (const [name, value] of overwritten) changed.set(name, [value])
  for (const [name, values] of Map.groupBy(added, ([name]) => name))
    changed.set(name, [...valuesOf(name), ...values.map(([, value]) => value)])
  return changed
}

/** The `HeaderValueOption`s of a level, with the name of the header in lower case. */
export function headerOptions(level: JsonObject, side: 'request' | 'response') {
  return objectsOf(level[`${side}_headers_to_add`]).map((option) => {
    const { key, value } = objectOf(option.header)
    return { option, name: (stringOf(key) ?? '').toLowerCase(), text: stringOf(value) ?? '' }
  })
}

/** The older `append` is on unless it says otherwise. */
function appendAction(option: JsonObject): string {
  const legacy = option.append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD'
  return stringOf(option.append_action) ?? legacy
}

/**
 * Adds to the values of one header what a HeaderValueOption says, by its append_action (or the older `append`). An empty value is dropped
 * unless `keep_empty_value` is set.
 * @returns whether they changed
 */
export function append(values: HeaderValue[], option: JsonObject, value: HeaderValue): boolean {
  if (value === '' && option.keep_empty_value !== true) return false
  const action = appendAction(option)
  const unwanted = values.length > 0 ? 'ADD_IF_ABSENT' : 'OVERWRITE_IF_EXISTS'
  if (action === unwanted) return false
  if (action !== 'APPEND_IF_EXISTS_OR_ADD') values.length = 0
  values.push(value)
  return true
}
