import { type JsonObject, stringOf } from '../../envoy/json.ts'
import type { RoutePlace } from './places.ts'

/** Fields of a `RouteMatch` that ask for more than a path. A share of requests is left out: who asks for it leaves requests to others. */
const conditions = ['headers', 'query_parameters', 'grpc', 'tls_context', 'dynamic_metadata', 'filter_state', 'cookies']

/**
 * The routes of a virtual host that were met, by what they ask: a later one is compared with the few whose literal its own begins with and
 * whose conditions it has as well, not with each. Of routes that ask the same, the first is kept.
 */
export class EarlierRoutes {
  readonly #byConditions = new Map<string, Literals>()
  /** Which conditions any of them asks for, as bits. */
  readonly #asked = new Set<number>()

  /** Adds a route whose path condition begins with this literal; an empty one is the beginning of every path. */
  add(place: RoutePlace, literal: string): void {
    const asked = askedOf(place.match)
    this.#asked.add(bitsOf(asked))
    const key = asked.join()
    const literals = this.#byConditions.get(key) ?? { lengths: new Set(), routes: new Map() }
    this.#byConditions.set(key, literals)
    const folded = literal.toLowerCase()
    literals.lengths.add(folded.length)
    const kinds = literals.routes.get(folded) ?? new Map<string, RoutePlace>()
    literals.routes.set(folded, kinds)
    const kind = kindOf(place.match)
    if (!kinds.has(kind)) kinds.set(kind, place)
  }

  /** Those that may cover a route, first the earliest. @param literal with which all paths that it takes begin */
  thatMayCover({ match }: RoutePlace, literal: string): readonly RoutePlace[] {
    const asked = askedOf(match)
    const own = bitsOf(asked)
    const folded = literal.toLowerCase()
    const found: RoutePlace[] = []
    for (const bits of this.#asked) {
      if ((bits & own) !== bits) continue
      const literals = this.#byConditions.get(asked.map((text, at) => (bits & (1 << at) ? text : '')).join())
      for (const length of literals?.lengths ?? [])
        if (length <= folded.length)
          for (const place of literals?.routes.get(folded.slice(0, length))?.values() ?? []) found.push(place)
    }
    return found.sort((a, b) => a.index - b.index)
  }
}

interface Literals {
  readonly lengths: Set<number>
  /** By literal, and by the kind of condition that it stands in. */
  readonly routes: Map<string, Map<string, RoutePlace>>
}

/** Each condition as text, empty where it is not asked for. */
function askedOf(match: JsonObject): readonly string[] {
  return conditions.map((condition) => (match[condition] === undefined ? '' : JSON.stringify(match[condition])))
}

function bitsOf(asked: readonly string[]): number {
  return asked.reduce((bits, text, at) => (text === '' ? bits : bits | (1 << at)), 0)
}

function kindOf({ prefix, path, path_separated_prefix, case_sensitive }: JsonObject): string {
  const literals = [prefix, path, path_separated_prefix].map((literal) => stringOf(literal) !== undefined)
  return [...literals, case_sensitive !== false].join()
}
