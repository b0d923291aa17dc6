import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Keys } from './keys.ts'
import type { Answer, Question } from './question.ts'

/** One side of a proof: what Envoy has loaded, with the defect or with its fix. */
export interface Side {
  /** Fields of the connection manager. */
  readonly manager?: JsonObject
  /** HTTP filters in front of the router. */
  readonly filters?: readonly JsonObject[]
  readonly routes?: readonly JsonObject[]
  /** Fields of the virtual host, and of the route configuration. */
  readonly virtualHost?: JsonObject
  readonly table?: JsonObject
  /** Fields of the filter chain, and of the listener. */
  readonly chain?: JsonObject
  readonly listener?: JsonObject
  /** Filter chains beside that one. */
  readonly otherChains?: readonly JsonObject[]
  /** Network filters in place of the connection manager. */
  readonly networkFilters?: readonly JsonObject[]
  /** Named after the rule: `RULE.NAME`. */
  readonly clusters?: readonly JsonObject[]
  readonly secrets?: readonly JsonObject[]
}

/** What the sides of a proof are made of. */
export interface Parts {
  /** The name of a cluster of this proof. */
  name(own: string): string
  /** A cluster of servers on these ports of loopback. */
  cluster(own: string, ports: readonly number[], more?: JsonObject): JsonObject
  /** A route to a cluster of this proof. */
  route(own: string, more?: JsonObject): JsonObject
  readonly keys: Keys
  /** Where files of Envoy are. */
  readonly folder: string
}

/** That a rule is right: with the defect a real Envoy shows the symptom and lint finds it, with the fix neither. */
export interface Proof {
  readonly rule: string
  defect(parts: Parts): Side
  fix(parts: Parts): Side
  /** Whether the listener faces the outside, as rules of `edge` ask. */
  readonly isEdge?: true
  /** What is asked; the answer of the last question counts. A GET of / when absent. */
  ask?(question: Question): Promise<Answer>
  /** What is seen with the defect, and with the fix: what `ask` gave, and of the access log the flags and details. */
  readonly symptom: RegExp
  readonly cured: RegExp
}

export const typed = (type: string, fields: JsonObject = {}): JsonObject => ({
  '@type': `type.googleapis.com/envoy.${type}`,
  ...fields,
})

export const httpFilter = (name: string, type: string, fields: JsonObject = {}): JsonObject => ({
  name,
  typed_config: typed(`extensions.filters.http.${type}`, fields),
})
