import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { type Plan, Plans } from '../../envoy/proto-json/proto-plan.ts'
import { redacted, redactedAndOther } from '../../envoy/redaction/placeholders.ts'
import { holdsOther } from '../../envoy/redaction/redact-pair.ts'
import { isSensitive } from '../../envoy/redaction/sensitive-fields.ts'
import { AppError } from '../../errors.ts'
import { currentTypeUrl } from './message-types.ts'
import { canonicalScalar, isDefault } from './scalar-fields.ts'
import { identityOf, unorderedList } from './unordered-lists.ts'

/**
 * A resource in the one form in which resources that mean the same to Envoy are equal: keys sorted, defaults left out, lists
 * without order sorted, one spelling for each value, secrets hidden (of two sides they are hidden together before, see redact-pair.ts).
 * The input is Envoy's snake_case and stays as it is.
 * @param type full name of the resource's message
 * @throws AppError when the resource is nested deeper than any real one
 */
export function canonical(resource: JsonObject, type: string): JsonObject {
  const { '@type': url, ...fields } = resource
  // Route configurations of Thrift and of HTTP stand in one section.
  const own = typeof url === 'string' ? currentTypeUrl(url) : undefined
  const isOther = own !== undefined && typeName(own) !== type
  return message(isOther ? { '@type': own, ...fields } : fields, plans.ofMessage(type), { field: '', depth: 0 })
}

function typeName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

const plans = new Plans('snake')
const deepest = 500

interface Place {
  /** The field that holds the value; '' for the resource itself. */
  readonly field: string
  readonly depth: number
}

function message(from: JsonObject, plan: Plan, place: Place): JsonObject {
  if (place.depth > deepest)
    throw new AppError(`a resource is nested more than ${deepest} levels deep and cannot be compared`)
  const actual = planOf(from, plan)
  const entries: [string, Json][] = []
  for (const key of Object.keys(from).sort()) {
    const before = from[key]
    if (before === undefined) continue
    if (isSensitive(key, before)) entries.push([key, hidden(before)])
    else if (actual.keys === 'data' || actual.keys === 'doubt') {
      entries.push([key, data(before, place.depth + 1)])
    } else if (actual.keys === 'map') {
      entries.push([key, value(before, actual.values, { field: '*', depth: place.depth + 1 })])
    } else if (key === '@type' && typeof before === 'string') entries.push([key, currentTypeUrl(before)])
    else {
      const after = fieldValue(from, key, before, plans.field(actual, key).value, place)
      if (!isDefault(key, after)) entries.push([key, after])
    }
  }
  return Object.fromEntries(entries)
}

/** Which form a secret has does not count, only whether it is the same; of a list of them also how many there are. */
function hidden(before: Json): Json {
  if (Array.isArray(before)) return before.map(hidden)
  return holdsOther(before) ? redactedAndOther : redacted
}

function fieldValue(from: JsonObject, key: string, before: Json, plan: Plan, place: Place): Json {
  const after = value(before, plan, { field: key, depth: place.depth + 1 })
  if (!Array.isArray(after) || unorderedList(key, place.field, from) === undefined) return after
  return sorted(after)
}

function value(before: Json, plan: Plan, place: Place): Json {
  if (Array.isArray(before)) {
    return before.map((item) => value(item, plan, { field: place.field, depth: place.depth + 1 }))
  }
  if (isObject(before)) return message(before, plan, place)
  return plan.keys === 'data' ? before : canonicalScalar(place.field, before)
}

/** As in proto-json.ts: an object that names its type is read as that, wherever it stands. */
function planOf(from: JsonObject, plan: Plan): Plan {
  const type = from['@type']
  return typeof type === 'string' && plan.keys !== 'data' && plan.keys !== 'map' ? plans.ofAny(type) : plan
}

/** Inside a Struct everything counts but the order of keys. */
function data(before: Json, depth: number): Json {
  if (Array.isArray(before)) return before.map((item) => data(item, depth + 1))
  return isObject(before) ? message(before, { keys: 'data' }, { field: '', depth }) : before
}

function sorted(list: readonly Json[]): Json[] {
  return list
    .map((item) => ({ item, key: `${identityOf(item) ?? ''}\0${JSON.stringify(item)}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
}
