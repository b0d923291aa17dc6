import { type JsonObject, stringOf } from '../json.ts'

/**
 * Whether a route's match leaves a path to it, by its text alone; its other conditions, and expressions and templates,
 * are taken to fit: what wins is never left out.
 * @param match a RouteMatch
 * @param path with or without a query
 */
export function canTakePath(match: JsonObject, path: string): boolean {
  const fold = (text: string) => (match.case_sensitive === false ? text.toLowerCase() : text)
  const [own = ''] = path.split(/[?#]/)
  const given = fold(own)
  const [prefix, exact, separated] = [match.prefix, match.path, match.path_separated_prefix].map(stringOf)
  if (prefix !== undefined) return given.startsWith(fold(prefix))
  if (exact !== undefined) return given === fold(exact)
  if (separated !== undefined) return given === fold(separated) || given.startsWith(`${fold(separated)}/`)
  return match.connect_matcher === undefined
}
