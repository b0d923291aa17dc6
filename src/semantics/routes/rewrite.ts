import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { replaceAll } from '../matching/regex.ts'
import { fillTemplate, matchTemplate } from '../matching/uri-template.ts'
import { templateOf } from './route-match.ts'

/**
 * The path that goes upstream. Rewrites happen in the router, after routing: they do not route again.
 * Undefined when an extension writes it.
 * @param action RouteAction or RedirectAction
 */
export function rewrittenPath(match: JsonObject, action: JsonObject, path: string): string | undefined {
  const bare = matchedPath(path, false)
  const query = path.slice(bare.length)
  const prefixRewrite = stringOf(action.prefix_rewrite)
  if (prefixRewrite) return prefixRewrite + bare.slice(matchedLength(match, bare)) + query
  if (isObject(action.regex_rewrite)) {
    const pattern = stringOf(objectOf(action.regex_rewrite.pattern).regex) ?? ''
    return (replaceAll(pattern, stringOf(action.regex_rewrite.substitution) ?? '', bare) ?? bare) + query
  }
  if (isObject(action.path_rewrite_policy)) {
    const rewrite = stringOf(typedConfig(action.path_rewrite_policy).config.path_template_rewrite)
    const variables = matchTemplate(templateOf(match) ?? '', bare)
    return rewrite === undefined || variables === undefined ? undefined : fillTemplate(rewrite, variables) + query
  }
  return action.path_rewrite === undefined ? path : undefined
}

/** The authority that goes upstream; undefined when only the chosen endpoint tells (auto_host_rewrite). */
export function rewrittenHost(action: JsonObject, request: DecodedRequest): string | undefined {
  const literal = stringOf(action.host_rewrite_literal) ?? stringOf(action.host_rewrite)
  if (literal) return literal
  const header = stringOf(action.host_rewrite_header) ?? stringOf(action.auto_host_rewrite_header)
  if (header) return request.headers.first(header) || request.authority
  if (isObject(action.host_rewrite_path_regex)) {
    const pattern = stringOf(objectOf(action.host_rewrite_path_regex.pattern).regex) ?? ''
    const substitution = stringOf(action.host_rewrite_path_regex.substitution) ?? ''
    return replaceAll(pattern, substitution, matchedPath(request.path ?? '', false)) ?? request.authority
  }
  return action.auto_host_rewrite === true ? undefined : request.authority
}

/** How much of the path the match took: a regex, a template and CONNECT take all of it. */
function matchedLength(match: JsonObject, path: string): number {
  const taken = stringOf(match.prefix) ?? stringOf(match.path) ?? stringOf(match.path_separated_prefix)
  return taken?.length ?? path.length
}
