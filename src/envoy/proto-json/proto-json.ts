import type { Json, JsonObject } from '../json.ts'
import { plainName } from './proto-names.ts'
import { type Plan, Plans } from './proto-plan.ts'

/**
 * Protobuf-JSON with lowerCamelCase field names, as istioctl prints it. `type` is the full name of the value's message; an
 * object with an `@type` is read as what that says. Keys of maps and Structs are data and stay. In a message that the API
 * does not have, and for a field it does not have, a name means what it means elsewhere in the API; a name that holds data
 * in some messages and fields in others keeps its whole subtree as received, unless that names its type. Values and key
 * order never change, nothing is dropped: a key stays as received where its other name is taken. Parts in which nothing
 * changes are shared with the input. https://protobuf.dev/programming-guides/json/
 */
export function toCamelCase(value: Json, type: string): Json {
  return new Conversion(camel).run(value, type)
}

/** The inverse of toCamelCase: Envoy's snake_case field names, for input in camelCase or mixed. */
export function toSnakeCase(value: Json, type: string): Json {
  return new Conversion(snake).run(value, type)
}

/** As toSnakeCase, and what Envoy 1.13 to 1.17 hid behind `hidden_envoy_deprecated_` has the name that it had in API v2. */
export function toPlainNames(value: Json, type: string): Json {
  return new Conversion(plain, plainName).run(value, type)
}

const camel = new Plans('camel')
const snake = new Plans('snake')
const plain = new Plans('plain')

/** Levels walked by recursion. What is deeper waits in a queue, so that no input can exhaust the stack. */
const levels = 200

class Conversion {
  readonly #plans: Plans
  readonly #text: (value: string) => string
  readonly #waiting: (() => void)[] = []

  /** @param text gives the value that a text has on the other side */
  constructor(plans: Plans, text: (value: string) => string = (value) => value) {
    this.#plans = plans
    this.#text = text
  }

  run(value: Json, type: string): Json {
    const converted = this.#value(value, this.#plans.ofMessage(type), 0)
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next()
    return converted
  }

  #value(from: Json, plan: Plan, depth: number): Json {
    if (plan.keys === 'data') return from
    if (typeof from === 'string') return this.#text(from)
    if (typeof from !== 'object' || from === null) return from
    if (Array.isArray(from)) {
      // A map is never a list: what stands here instead is kept.
      if (plan.keys === 'map') return from
      if (depth < levels) return this.#list(from, plan, depth + 1)
      const list: Json[] = []
      this.#waiting.push(() => this.#list(from, plan, 0, list))
      return list
    }
    const actual = this.#planOf(from, plan)
    if (actual.keys === 'data' || actual.keys === 'doubt') return from
    if (depth < levels) return this.#object(from, actual, depth + 1)
    const object: JsonObject = {}
    this.#waiting.push(() => this.#object(from, actual, 0, object))
    return object
  }

  #planOf(from: JsonObject, plan: Plan): Plan {
    if (plan.keys === 'map') return plan
    const type = from['@type']
    return typeof type === 'string' ? this.#plans.ofAny(type) : plan
  }

  /** The list itself when nothing in it changes. A given `to` is filled and returned in any case. */
  #list(from: Json[], plan: Plan, depth: number, to?: Json[]): Json[] {
    let list = to
    let index = 0
    for (const before of from) {
      const after = this.#value(before, plan, depth)
      if (list === undefined && after !== before) list = from.slice(0, index)
      list?.push(after)
      index++
    }
    return list ?? from
  }

  /** The object itself when nothing in it changes. A given `to` is filled and returned in any case. */
  #object(from: JsonObject, plan: Plan & { keys: 'map' | 'fields' }, depth: number, to?: JsonObject): JsonObject {
    let object = to
    for (const key in from) {
      const before = from[key]
      let name = key
      let value: Plan
      if (plan.keys === 'map') value = plan.values
      else {
        const field = this.#plans.field(plan, key)
        value = field.value
        if (field.name !== key && !Object.hasOwn(from, field.name)) name = field.name
      }
      const after = before === undefined ? before : this.#value(before, value, depth)
      if (object === undefined && (name !== key || after !== before)) object = until(from, key)
      if (object !== undefined) put(object, name, after)
    }
    return object ?? from
  }
}

/** The entries before a key. */
function until(from: JsonObject, end: string): JsonObject {
  const copy: JsonObject = {}
  for (const key in from) {
    if (key === end) break
    put(copy, key, from[key])
  }
  return copy
}

/** Assigning to `__proto__` would set the prototype instead of a key. */
function put(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  } else object[key] = value
}
