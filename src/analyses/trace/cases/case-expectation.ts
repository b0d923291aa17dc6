import { isObject, type Json, numberOf, stringsOf } from '../../../envoy/json.ts'
import { UsageError } from '../../../errors.ts'
import { quoted } from './quoted.ts'

/** What a case asks for; each part has to hold for every alternative. */
export interface Expectation {
  readonly outcome?: string
  readonly listener?: string
  readonly virtualHost?: string
  readonly route?: string
  /** A cluster, or the odds of several: `{a: 0.2, b: 0.8}`. */
  readonly cluster?: string | Readonly<Record<string, number>>
  readonly endpoint?: string
  readonly redirect?: string
  readonly responseCode?: number
  /** Whether nothing that a dump does not hold can change it. */
  readonly certain?: boolean
  /** Codes of the conditions, in any order; none when it is certain. */
  readonly conditions?: readonly string[]
  readonly path?: string
  readonly host?: string
}

/** The `expect` of a case; one without it expects nothing. @throws UsageError for what is unknown or of another type */
export function readExpectation(expect: Json | undefined): Expectation {
  if (expect === undefined || expect === null) return {}
  if (!isObject(expect)) throw new UsageError('expect is an object of what the request has to come to')
  const read: [keyof Expectation, Expectation[keyof Expectation]][] = Object.entries(expect).map(
    ([key, value = null]) => {
      const field = fields.get(key)
      if (field === undefined)
        throw new UsageError(`unknown expectation ${key}; known are ${[...fields.keys()].join(', ')}`)
      const wanted = expectedOf(field, value)
      if (wanted === undefined) throw new UsageError(`${key} cannot be expected to be ${quoted(value)}`)
      return [field, wanted]
    },
  )
  return Object.fromEntries(read)
}

/** Names in the file, beside the ones Envoy's tool uses for the same. */
const fields: ReadonlyMap<string, keyof Expectation> = new Map([
  ['outcome', 'outcome'],
  ['listener', 'listener'],
  ['virtual_host', 'virtualHost'],
  ['virtual_host_name', 'virtualHost'],
  ['route', 'route'],
  ['cluster', 'cluster'],
  ['cluster_name', 'cluster'],
  ['endpoint', 'endpoint'],
  ['redirect', 'redirect'],
  ['path_redirect', 'redirect'],
  ['response_code', 'responseCode'],
  ['code_redirect', 'responseCode'],
  ['certain', 'certain'],
  ['conditions', 'conditions'],
  ['path', 'path'],
  ['path_rewrite', 'path'],
  ['host', 'host'],
  ['host_rewrite', 'host'],
])

function expectedOf(field: keyof Expectation, value: Json): Expectation[keyof Expectation] {
  switch (field) {
    case 'responseCode':
      return numberOf(value)
    case 'cluster':
      return clusterOf(value)
    case 'certain':
      return typeof value === 'boolean' ? value : undefined
    case 'conditions':
      return Array.isArray(value) && value.every((code) => typeof code === 'string') ? stringsOf(value) : undefined
    default:
      return textOf(value)
  }
}

function textOf(value: Json): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function clusterOf(value: Json): Expectation['cluster'] {
  if (!isObject(value)) return textOf(value)
  const odds = Object.entries(value).map(([name, share]) => [name, numberOf(share)] as const)
  return odds.some(([, share]) => share === undefined)
    ? undefined
    : Object.fromEntries(odds.map(([name, share = 0]) => [name, share]))
}
