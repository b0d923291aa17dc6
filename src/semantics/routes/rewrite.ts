import { latestEnvoy } from '../../envoy/dump/version.ts'
import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { formatString } from '../matching/format-string.ts'
import type { DecodedRequest, HeaderValue } from '../matching/http-headers.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { replaceAll } from '../matching/regex.ts'
import { fillTemplate, matchTemplate } from '../matching/uri-template.ts'
import { templateOf } from './route-match.ts'

/**
 * The path that goes upstream. Rewrites happen in the router, after routing: they do not route again, and one that comes to nothing
 * leaves the path as it is. Undefined when an extension or an unknown value writes it.
 * @param action RouteAction or RedirectAction
 * @param sent the request with its headers as they go upstream, for `path_rewrite`; absent for a redirect
 */
export function rewrittenPath(
  match: JsonObject,
  action: JsonObject,
  path: string,
  sent?: DecodedRequest,
): string | undefined {
  const bare = matchedPath(path, false)
  const query = path.slice(bare.length)
  const format = stringOf(action.path_rewrite)
  if (format) return orKept(sent && known(formatString(format, sent, '')), bare, query)
  if (isObject(action.path_rewrite_policy)) {
    const rewrite = stringOf(typedConfig(action.path_rewrite_policy).config.path_template_rewrite)
    const variables = matchTemplate(templateOf(match) ?? '', bare)
    return rewrite === undefined || variables === undefined ? undefined : fillTemplate(rewrite, variables) + query
  }
  const prefixRewrite = stringOf(action.prefix_rewrite)
  if (prefixRewrite) return prefixRewrite + bare.slice(matchedLength(match, bare)) + query
  if (!isObject(action.regex_rewrite)) return path
  const rewritten = substituted(action.regex_rewrite, bare) ?? bare
  return (sent?.headers.envoy ?? latestEnvoy) < emptyRewriteKept ? rewritten + query : orKept(rewritten, bare, query)
}

/** First version that does not send an empty path upstream. */
const emptyRewriteKept = 1037

function orKept(rewritten: string | undefined, bare: string, query: string): string | undefined {
  return rewritten === undefined ? undefined : (rewritten || bare) + query
}

/**
 * The authority that goes upstream, but for `auto_host_rewrite`, which only the chosen endpoint decides: the request's own where the
 * route names none or comes to nothing. Undefined when an unknown value writes it.
 * @param request with its headers as they go upstream
 */
export function rewrittenHost(action: JsonObject, request: DecodedRequest): string | undefined {
  const literal = stringOf(action.host_rewrite_literal)
  if (literal) return literal
  const header = stringOf(action.host_rewrite_header) ?? stringOf(action.auto_host_rewrite_header)
  if (header) {
    const [value] = request.headers.values(header)
    return value === undefined ? request.authority : orOwn(known(value), request)
  }
  if (isObject(action.host_rewrite_path_regex)) {
    return substituted(action.host_rewrite_path_regex, matchedPath(request.path ?? '', false)) || request.authority
  }
  // A format string since 1.37; API v2 has a literal under this name, which has no % in it.
  const format = stringOf(action.host_rewrite)
  if (!format) return request.authority
  return orOwn(known(formatString(format, request)), request)
}

function orOwn(host: string | undefined, { authority }: DecodedRequest): string | undefined {
  return host === undefined ? undefined : host || authority
}

function known(value: HeaderValue): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** `RegexMatchAndSubstitute`; undefined when the pattern is invalid. */
function substituted({ pattern, substitution }: JsonObject, text: string): string | undefined {
  return replaceAll(stringOf(objectOf(pattern).regex) ?? '', stringOf(substitution) ?? '', text)
}

/** How much of the path the match took: a regex, a template and CONNECT take all of it. */
function matchedLength(match: JsonObject, path: string): number {
  const taken = stringOf(match.prefix) ?? stringOf(match.path) ?? stringOf(match.path_separated_prefix)
  return taken?.length ?? path.length
}
