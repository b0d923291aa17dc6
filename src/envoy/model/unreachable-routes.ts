import { type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'

/** A route that no request ever gets to, and the earlier one that matches all of what it would. */
export interface UnreachableRoute {
  readonly index: number
  readonly by: number
}

/** Fields of a `RouteMatch` that say no more than which paths it matches. */
const pathFields: ReadonlySet<string> = new Set([
  'prefix',
  'path',
  'path_separated_prefix',
  'safe_regex',
  'case_sensitive',
])

/**
 * Routes of a virtual host behind one that matches the same and more: the same conditions, or a path that begins as that of a route without any
 * other condition. Where expressions would have to be compared nothing is said.
 */
export function unreachableRoutes(virtualHost: JsonObject): UnreachableRoute[] {
  const routes = objectsOf(virtualHost.routes)
  // Most virtual hosts of a mesh have one route.
  if (routes.length < 2) return []
  const same = new Map<string, number>()
  const paths = new Map<string, number>()
  const prefixes = new Map<string, number>()
  const separated = new Map<string, number>()
  const lengths = new Set<number>()
  const found: UnreachableRoute[] = []
  for (const [index, { match }] of routes.entries()) {
    const conditions = objectOf(match)
    const key = JSON.stringify(conditions)
    const by = same.get(key) ?? coveredBy(conditions, { paths, prefixes, separated, lengths })
    if (by !== undefined) found.push({ index, by })
    if (conditions.runtime_fraction === undefined && !same.has(key)) same.set(key, index)
    if (!Object.keys(conditions).every((field) => pathFields.has(field))) continue
    const { path, prefix, path_separated_prefix: whole } = conditions
    for (const [known, value] of [
      [paths, path],
      [prefixes, prefix],
      [separated, whole],
    ] as const) {
      const literal = stringOf(value)
      if (literal === undefined || known.has(literal)) continue
      known.set(literal, index)
      lengths.add(literal.length)
    }
  }
  return found
}

interface Literals {
  readonly paths: ReadonlyMap<string, number>
  readonly prefixes: ReadonlyMap<string, number>
  readonly separated: ReadonlyMap<string, number>
  /** Of all of them: no other beginning of a literal needs to be looked up. */
  readonly lengths: ReadonlySet<number>
}

function coveredBy(match: JsonObject, { paths, prefixes, separated, lengths }: Literals): number | undefined {
  const { path, prefix, path_separated_prefix: whole } = match
  // Every path begins with a slash; CONNECT has none.
  const byAll = match.connect_matcher === undefined ? (prefixes.get('') ?? prefixes.get('/')) : undefined
  const literal = stringOf(path) ?? stringOf(prefix) ?? stringOf(whole)
  if (literal === undefined || match.case_sensitive === false) return byAll
  const isWhole = prefix === undefined
  const beginnings = [...lengths].filter((at) => at > 0 && at <= literal.length).map((at) => literal.slice(0, at))
  const by = [
    byAll,
    path === undefined ? undefined : paths.get(literal),
    ...beginnings.map((beginning) => prefixes.get(beginning)),
    // `/a` with a slash behind it, or the whole of it.
    ...beginnings.map((beginning) =>
      literal[beginning.length] === '/' || (isWhole && beginning === literal) ? separated.get(beginning) : undefined,
    ),
  ].filter((index) => index !== undefined)
  return by.toSorted((a, b) => a - b)[0]
}
