import { camelName, plainName, snakeName } from './proto-names.ts'
import { type Lead, leadOf, stateOf } from './proto-schema.ts'

/** What to do with the keys of one object on the way to the other case. */
export type Plan =
  | { readonly keys: 'data' }
  /** Data, unless the object names its type. */
  | { readonly keys: 'doubt' }
  | { readonly keys: 'map'; readonly values: Plan }
  | { readonly keys: 'fields'; readonly state: number; readonly fields: Map<string, FieldPlan> }

interface FieldPlan {
  readonly name: string
  readonly value: Plan
}

/** The plans of one direction, kept from call to call: a dump has few distinct keys. */
export class Plans {
  readonly #rename: (name: string) => string
  readonly #states = new Map<number, Plan>()
  readonly #maps = new Map<number, Plan>()
  readonly #types = new Map<string, Plan>()

  constructor(to: 'camel' | 'snake' | 'plain') {
    this.#rename = to === 'camel' ? camelName : to === 'plain' ? plainName : (name) => name
  }

  /** Plan for a message by its full name. */
  ofMessage(name: string): Plan {
    return structs.has(name) ? data : this.#ofState(stateOf(name))
  }

  /**
   * Plan for the content of an Any by its type URL, of which only what follows the last `/` counts. A Struct there has a
   * field of its own, `value`, that holds the data.
   */
  ofAny(typeUrl: string): Plan {
    const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
    return this.#types.get(typeUrl) ?? keep(this.#types, typeUrl, this.#ofState(stateOf(name)))
  }

  /** The other name of a key and the plan for its value. */
  field(plan: Plan & { keys: 'fields' }, key: string): FieldPlan {
    const known = plan.fields.get(key)
    if (known !== undefined) return known
    const name = snakeName(key)
    return keep(plan.fields, key, { name: this.#rename(name), value: this.#ofLead(leadOf(plan.state, name)) })
  }

  #ofState(state: number): Plan {
    return this.#states.get(state) ?? keep(this.#states, state, { keys: 'fields', state, fields: new Map() })
  }

  #ofLead(lead: Lead): Plan {
    if (lead.kind === 'data') return data
    if (lead.kind === 'doubt') return doubt
    if (lead.kind === 'message') return this.#ofState(lead.state)
    return (
      this.#maps.get(lead.state) ?? keep(this.#maps, lead.state, { keys: 'map', values: this.#ofState(lead.state) })
    )
  }
}

const data: Plan = { keys: 'data' }
const doubt: Plan = { keys: 'doubt' }
const structs = new Set(['google.protobuf.Struct', 'google.protobuf.Value', 'google.protobuf.ListValue'])

/** Keys and types come from outside: what is kept of them stays bounded. */
const limit = 10_000

function keep<K, V>(cache: Map<K, V>, key: K, value: V): V {
  if (cache.size < limit) cache.set(key, value)
  return value
}
