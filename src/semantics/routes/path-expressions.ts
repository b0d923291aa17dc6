import type { JsonObject } from '../../envoy/json.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { fullMatch } from '../matching/regex.ts'
import { matchTemplate } from '../matching/uri-template.ts'
import { regexOf, templateOf } from './route-match.ts'

/**
 * Whether the expression or the template of a route takes a path, true where it has neither. An expression has to match all of the path;
 * whether parameters (`;`) belong to it is up to the connection manager, which is not asked: either way counts.
 * @param match a RouteMatch
 * @param path with or without a query
 */
export function expressionTakes(match: JsonObject, path: string): boolean {
  const regex = regexOf(match)
  if (regex !== undefined) return [false, true].some((without) => fullMatch(regex, matchedPath(path, without)))
  const template = templateOf(match)
  return template === undefined || matchTemplate(template, matchedPath(path, false)) !== undefined
}
