import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { headersOf } from '../matching/http-headers.ts'
import { endWith, type RequestEnd } from '../outcome.ts'
import { because, type OutcomeReason } from '../reasons/reason.ts'
import type { HttpRequest } from '../request.ts'
import { asksForUpgrade, nominatesHost, withoutIgnoredUpgrade, withoutNominated } from './connection-header.ts'

/** A request as the codec hands it on. */
export interface CodecRequest {
  readonly method: string
  readonly path: string | undefined
  readonly authority: string | undefined
  readonly scheme: string | undefined
  readonly headers: HttpRequest['headers']
}

/** A request of HTTP/1: the absolute form split, Connection obeyed. Blanks around a value are no part of it (RFC 9110, 5.5). */
export function decodeHttp1(
  http: HttpRequest,
  connectionManager: JsonObject,
  secure: boolean,
): CodecRequest | RequestEnd {
  const path = http.path ?? '/'
  if (/[^\u0021-\u007e]/.test(path)) {
    return answer(400, 'http1.codec_error', because('request-target-invalid', {}), 'DPE')
  }
  const options = objectOf(connectionManager.http_protocol_options)
  let { authority } = http
  if (http.version === '1.0') {
    if (options.accept_http_10 !== true) return answer(426, 'low_version', because('http10-not-accepted', {}), 'DPE')
    authority ??= stringOf(options.default_host_for_http_10) || undefined
  }
  const trimmed = http.headers.map(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, '')] as const)
  const offered = withoutIgnoredUpgrade(trimmed, options)
  // On the way to another protocol Connection is left as it is. (Http1::ServerConnectionImpl::onHeadersCompleteBase)
  const leaves = http.method === 'CONNECT' || asksForUpgrade(offered)
  const headers = leaves ? offered : withoutNominated(offered)
  if (headers === undefined)
    return answer(400, 'http1.connection_header_rejected', because('connection-header-refused', {}), 'DPE')
  if (!leaves && nominatesHost(offered)) authority = undefined
  const sent = { method: http.method, path, authority, scheme: undefined, headers }
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(path)
  if (absolute === null || http.method === 'CONNECT' || options.allow_absolute_url === false) return sent
  const [, scheme = '', host = '', rest = ''] = absolute
  if (/^https$/i.test(scheme) && !secure && connectionManager.use_remote_address === true) {
    return answer(403, 'http1.https_url_on_plaintext_connection', because('https-url-over-plaintext', {}), 'DPE')
  }
  return { ...sent, scheme: scheme.toLowerCase(), authority: host, path: rest === '' ? '/' : rest }
}

/** A request of HTTP/2; extended CONNECT becomes an upgrade of HTTP/1 for everything that follows. */
export function decodeHttp2(http: HttpRequest, connectionManager: JsonObject): CodecRequest | RequestEnd {
  const { path, extendedConnect, method } = http
  const authority = http.authority ?? headersOf(http.headers, {}).first('host')
  if (extendedConnect !== undefined) {
    if (objectOf(connectionManager.http2_protocol_options).allow_connect !== true) {
      return reset('http2.invalid.header.field', because('extended-connect-not-allowed', {}))
    }
    const upgrade = [
      ['connection', 'upgrade'],
      ['upgrade', extendedConnect],
    ] as const
    return { method: 'GET', path, authority, scheme: http.scheme, headers: [...http.headers, ...upgrade] }
  }
  const valid = path?.startsWith('/') || (path === '*' && method === 'OPTIONS') || method === 'CONNECT'
  if (!valid) return reset('http2.violation.of.messaging.rule', because('http2-path-invalid', { path: path ?? '' }))
  return { method, path, authority, scheme: http.scheme, headers: http.headers }
}

/** The request ends with an answer of Envoy's own. */
export function answer(status: number, details: string, reason: OutcomeReason, flags?: string): RequestEnd {
  return endWith({ kind: 'denied', status, details, reason, ...(flags === undefined ? {} : { flags }) })
}

/** The stream of HTTP/2 is reset. */
export function reset(details: string, reason: OutcomeReason, flags = 'DPE'): RequestEnd {
  return endWith({ kind: 'denied', status: 0, flags, details, reason })
}
