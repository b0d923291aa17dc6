import { fields, states, types } from './proto-fields.generated.ts'
import { plainName } from './proto-names.ts'

/**
 * What a field's value is: `data` keeps all its keys, a `map` keeps its own keys and holds messages, a `message` has field
 * names. `doubt` is a name that means data in one message and fields in another, met where the message does not say.
 */
export type Lead =
  | { readonly kind: 'data' }
  | { readonly kind: 'doubt' }
  | { readonly kind: 'map' | 'message' /** State of the message. */; readonly state: number }

/** State of every message in which each name means what it means elsewhere, and of messages that the API does not have. */
const anyMessage = 0

/** State of a message by its full name: `envoy.config.cluster.v3.Cluster`. */
export function stateOf(type: string): number {
  typeTable ??= parseTypes()
  return typeTable.get(type) ?? anyMessage
}

/** What the field of this snake_case name holds in a message of the state. */
export function leadOf(state: number, name: string): Lead {
  fieldTable ??= parseLeads(fields)
  const lead = stateTable(state).get(name) ?? fieldTable.get(name)
  if (lead !== undefined) return lead
  const plain = plainName(name)
  return plain === name ? message : leadOf(state, plain)
}

const message: Lead = { kind: 'message', state: anyMessage }

let typeTable: Map<string, number> | undefined
let fieldTable: Map<string, Lead> | undefined
let stateRows: string[] | undefined
const stateTables = new Map<number, Map<string, Lead>>()

function stateTable(state: number): Map<string, Lead> {
  let table = stateTables.get(state)
  if (table === undefined) {
    stateRows ??= states.split('\n')
    table = parseLeads(stateRows[state] ?? '')
    stateTables.set(state, table)
  }
  return table
}

function parseLeads(text: string): Map<string, Lead> {
  const table = new Map<string, Lead>()
  for (const pair of text.split(' ')) {
    const [name = '', code = ''] = pair.split(':')
    if (name !== '') table.set(name, parseLead(code))
  }
  return table
}

function parseLead(code: string): Lead {
  if (code === '*') return { kind: 'data' }
  if (code === '?') return { kind: 'doubt' }
  return code.startsWith('{')
    ? { kind: 'map', state: Number.parseInt(code.slice(1), 36) }
    : { kind: 'message', state: Number.parseInt(code, 36) }
}

function parseTypes(): Map<string, number> {
  const table = new Map<string, number>()
  let before = ''
  for (const pair of types.split(' ')) {
    const [coded = '', state = ''] = pair.split(':')
    before = before.slice(0, Number.parseInt(coded.slice(0, 2), 36)) + coded.slice(2)
    table.set(before, Number.parseInt(state, 36))
  }
  return table
}
