import { type JsonObject, numberOf, scalarText, stringOf } from '../../envoy/json.ts'
import { redirectStatuses } from '../../envoy/text/redirect-statuses.ts'
import { hostWithoutPort } from '../http/host-normalization.ts'
import { authorityOf, type DecodedRequest } from '../matching/http-headers.ts'
import { rewrittenPath } from './rewrite.ts'

/** Status of a RedirectAction; 301 unless it says otherwise. */
export function redirectStatus(redirect: JsonObject): number {
  return redirectStatuses.get(scalarText(redirect.response_code, 'MOVED_PERMANENTLY')) ?? 301
}

/** The Location that Envoy answers with. (Http::Utility::newUri) @param match the route's RouteMatch */
export function redirectLocation(match: JsonObject, redirect: JsonObject, request: DecodedRequest): string {
  const scheme = stringOf(redirect.scheme_redirect) || (redirect.https_redirect === true ? 'https' : request.scheme)
  const port = numberOf(redirect.port_redirect) ?? 0
  const host = stringOf(redirect.host_redirect) || keptHost(request, scheme, port !== 0)
  const path = redirectPath(match, redirect, request.path ?? '')
  return `${scheme}://${host}${port === 0 ? '' : `:${port}`}${path.startsWith('/') ? '' : '/'}${path}`
}

/** The request's own host; its port goes when another one comes or when it was the default of the former scheme. */
function keptHost(request: DecodedRequest, scheme: string, newPort: boolean): string {
  const { forwardedProto } = request
  const authority = authorityOf(request)
  const host = hostWithoutPort(authority)
  const port = authority.slice(host.length + 1)
  const former = forwardedProto.toLowerCase()
  const formerDefault = (former === 'http' && port === '80') || (former === 'https' && port === '443')
  return newPort || (scheme !== forwardedProto && formerDefault) ? host : authority
}

function redirectPath(match: JsonObject, redirect: JsonObject, path: string): string {
  const question = path.indexOf('?')
  const query = question < 0 ? '' : path.slice(question)
  const whole = stringOf(redirect.path_redirect)
  // strip_query removes the request's query; one that path_redirect brings itself stays.
  if (whole) return redirect.strip_query === true || whole.includes('?') ? whole : whole + query
  const rewritten = rewrittenPath(match, redirect, path) ?? path
  return redirect.strip_query === true ? (rewritten.split('?')[0] ?? '') : rewritten
}
