import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { cidrContains, isLoopback, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import type { Connection } from '../connection.ts'
import { type DecodedRequest, headersOf } from '../matching/http-headers.ts'
import { end } from '../outcome.ts'
import { because, type OutcomeReason } from '../reasons/reason.ts'
import type { HttpRequest } from '../request.ts'
import { type Trust, trustedHeaders } from './client-headers.ts'
import { normalizeHost } from './host-normalization.ts'
import { normalizePath } from './path-normalization.ts'

/** First version that takes no address as internal unless `internal_address_config` says so. */
const explicitInternalAddresses = 1033

/**
 * The request as the router gets it, after the codec and the connection manager: absolute-form split, Host and path normalized,
 * x-forwarded-proto and x-envoy-internal set. (ConnectionManagerImpl::ActiveStream::decodeHeaders, ConnectionManagerUtility)
 * @param version Envoy's version
 * @throws Ended when Envoy answers or resets by itself
 */
export function decodeRequest(
  http: HttpRequest,
  connection: Connection,
  connectionManager: JsonObject,
  downstreamTls: JsonObject | undefined,
  version: number,
): DecodedRequest {
  const isHttp2 = connection.payload === 'http2'
  const secure = connection.tls !== undefined
  const sent = isHttp2 ? decodeHttp2(http, connectionManager) : decodeHttp1(http, connectionManager, secure)
  const underscores = objectOf(connectionManager.common_http_protocol_options).headers_with_underscores_action
  if (underscores === 'REJECT_REQUEST' && sent.headers.some(([name]) => name.includes('_')))
    answer(400, `${isHttp2 ? 'http2' : 'http1'}.unexpected_underscore`, because('header-with-underscore', {}), 'DPE')
  if (sent.authority === undefined) answer(400, 'missing_host_header', because('host-header-missing', {}))

  const isConnect = sent.method === 'CONNECT'
  let path = isConnect ? undefined : sent.path
  if (path !== undefined && !path.includes('#') && !path.startsWith('/')) {
    answer(404, 'absolute_path_rejected', because('path-without-slash', { path }))
  }
  const listenerPort = connection.local?.port ?? 0
  if (path !== undefined) {
    const normalized = normalizePath(path, connectionManager)
    if (normalized.action === 'reject') answer(400, 'path_normalization_failed', normalized.reason)
    if (normalized.action === 'redirect') {
      const reason = because('path-unescaped', {})
      end({ kind: 'redirect', status: 307, details: 'path_normalization_failed', location: normalized.path, reason })
    }
    path = normalized.path
  }
  // RFC 2817: the Host of CONNECT has a port of its own, which is never stripped.
  const authority = isConnect ? sent.authority : normalizeHost(sent.authority, connectionManager, listenerPort)
  const sentHeaders = asksForUpgrade(sent.headers) ? sent.headers : sent.headers.filter(([name]) => !isHopByHop(name))
  const given = headersOf(sentHeaders, {})
  const overwritten = stringOf(objectOf(connectionManager.scheme_header_transformation).scheme_to_overwrite)
  const forwardedProto = overwritten || forwardedProtoOf(given.first('x-forwarded-proto'), connectionManager, secure)
  const sentScheme =
    sent.scheme ?? (/^https?$/i.test(forwardedProto) ? forwardedProto.toLowerCase() : secure ? 'https' : 'http')
  const scheme = overwritten || sentScheme
  const internal = isInternal(given.get('x-forwarded-for'), connection.remote.address, connectionManager, version)
  const edge = !internal && connectionManager.use_remote_address === true
  const trust = { connection, downstreamTls, internal: internal === true }
  const { address } = connection.remote
  const headers = headersOf(
    trustedHeaders(sentHeaders, connectionManager, trust),
    {
      ':method': sent.method,
      ':path': path,
      ':authority': authority,
      ':scheme': scheme,
      'x-forwarded-proto': forwardedProto,
      ...(internal ? { 'x-envoy-internal': 'true' } : {}),
      ...(edge ? { 'x-envoy-external-address': address } : {}),
      ...forwardedPort(given.first('x-forwarded-port'), connectionManager, listenerPort),
    },
    version,
    new Set([
      ...(internal === undefined ? onlyInside(sentHeaders, connectionManager, trust) : []),
      ...(edge && address === undefined ? ['x-envoy-external-address'] : []),
    ]),
  )
  return { method: sent.method, path, authority, scheme, forwardedProto, internal, headers }
}

/** Headers, in lower case, that a request has when it counts as one from inside, or only then loses. */
function onlyInside(headers: HttpRequest['headers'], connectionManager: JsonObject, trust: Trust): string[] {
  const inside = trustedHeaders(headers, connectionManager, { ...trust, internal: true })
  const outside = trustedHeaders(headers, connectionManager, { ...trust, internal: false })
  const kept = new Set(outside.map(([name]) => name))
  return ['x-envoy-internal', ...inside.flatMap(([name]) => (kept.has(name) ? [] : [name.toLowerCase()]))]
}

/** Connection and Upgrade only stay on a request that asks for an upgrade with both. */
function asksForUpgrade(headers: HttpRequest['headers']): boolean {
  const given = headersOf(headers, {})
  const tokens = (given.get('connection') ?? '').split(',').map((token) => token.trim().toLowerCase())
  return tokens.includes('upgrade') && (given.first('upgrade') ?? '') !== ''
}

function isHopByHop(name: string): boolean {
  return /^(connection|upgrade|keep-alive|proxy-connection|transfer-encoding)$/i.test(name)
}

interface Sent {
  readonly method: string
  readonly path: string | undefined
  readonly authority: string | undefined
  readonly scheme: string | undefined
  readonly headers: HttpRequest['headers']
}

/** Blanks around a value are no part of it (RFC 9110, 5.5). */
function decodeHttp1(http: HttpRequest, connectionManager: JsonObject, secure: boolean): Sent {
  const path = http.path ?? '/'
  if (/[^\u0021-\u007e]/.test(path)) {
    answer(400, 'http1.codec_error', because('request-target-invalid', {}), 'DPE')
  }
  const options = objectOf(connectionManager.http_protocol_options)
  let { authority } = http
  if (http.version === '1.0') {
    if (options.accept_http_10 !== true) answer(426, 'low_version', because('http10-not-accepted', {}), 'DPE')
    authority ??= stringOf(options.default_host_for_http_10) || undefined
  }
  const headers = http.headers.map(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, '')] as const)
  const sent = { method: http.method, path, authority, scheme: undefined, headers }
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(path)
  if (absolute === null || http.method === 'CONNECT' || options.allow_absolute_url === false) return sent
  const [, scheme = '', host = '', rest = ''] = absolute
  if (/^https$/i.test(scheme) && !secure && connectionManager.use_remote_address === true) {
    answer(403, 'http1.https_url_on_plaintext_connection', because('https-url-over-plaintext', {}), 'DPE')
  }
  return { ...sent, scheme: scheme.toLowerCase(), authority: host, path: rest === '' ? '/' : rest }
}

function decodeHttp2(http: HttpRequest, connectionManager: JsonObject): Sent {
  const { path, extendedConnect, method } = http
  const authority = http.authority ?? headersOf(http.headers, {}).first('host')
  if (extendedConnect !== undefined) {
    if (objectOf(connectionManager.http2_protocol_options).allow_connect !== true) {
      reset('http2.invalid.header.field', because('extended-connect-not-allowed', {}))
    }
    // Envoy turns it into an HTTP/1 upgrade for everything that follows.
    const upgrade = [
      ['connection', 'upgrade'],
      ['upgrade', extendedConnect],
    ] as const
    return { method: 'GET', path, authority, scheme: http.scheme, headers: [...http.headers, ...upgrade] }
  }
  const valid = path?.startsWith('/') || (path === '*' && method === 'OPTIONS') || method === 'CONNECT'
  if (!valid) reset('http2.violation.of.messaging.rule', because('http2-path-invalid', { path: path ?? '' }))
  return { method, path, authority, scheme: http.scheme, headers: http.headers }
}

/** With use_remote_address and no trusted hops the client's own word is overwritten. */
function forwardedProtoOf(given: string | undefined, connectionManager: JsonObject, secure: boolean): string {
  const own = secure ? 'https' : 'http'
  const first =
    connectionManager.use_remote_address === true && (numberOf(connectionManager.xff_num_trusted_hops) ?? 0) === 0
  return first ? own : given || own
}

/** The port that the connection manager tells on demand; what the client says of it counts unless this is the edge. */
function forwardedPort(
  given: string | undefined,
  connectionManager: JsonObject,
  port: number,
): { 'x-forwarded-port'?: string } {
  if (connectionManager.append_x_forwarded_port !== true) return {}
  const first =
    connectionManager.use_remote_address === true && (numberOf(connectionManager.xff_num_trusted_hops) ?? 0) === 0
  return first || given === undefined ? { 'x-forwarded-port': String(port) } : {}
}

/** Whether x-envoy-internal is set: the client is the only address on the way and counts as internal. Undefined for an unknown client. */
function isInternal(
  forwardedFor: string | undefined,
  remote: string | undefined,
  connectionManager: JsonObject,
  version: number,
): boolean | undefined {
  const addresses = (forwardedFor ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const edge = connectionManager.use_remote_address === true
  // A trusted hop is an address of its own.
  const hops = numberOf(connectionManager.xff_num_trusted_hops) ?? 0
  if (edge ? addresses.length > 0 : addresses.length !== 1 || hops > 0) return false
  const configured = connectionManager.internal_address_config
  const isExplicit = configured !== undefined || version >= explicitInternalAddresses
  const ranges = objectsOf(objectOf(configured).cidr_ranges).map(parseCidr)
  const client = edge ? remote : (addresses[0] ?? '')
  if (client === undefined) return isExplicit && ranges.length === 0 ? false : undefined
  const ip = parseIp(client)
  if (ip === undefined) return false
  if (isExplicit) {
    return ranges.some((cidr) => cidr !== undefined && cidrContains(cidr, ip))
  }
  return isLoopback(ip) || privateRanges.some((cidr) => cidr !== undefined && cidrContains(cidr, ip))
}

const privateRanges = [
  { address_prefix: '10.0.0.0', prefix_len: 8 },
  { address_prefix: '172.16.0.0', prefix_len: 12 },
  { address_prefix: '192.168.0.0', prefix_len: 16 },
  { address_prefix: 'fd00::', prefix_len: 8 },
].map(parseCidr)

function answer(status: number, details: string, reason: OutcomeReason, flags?: string): never {
  return end({ kind: 'denied', status, details, reason, ...(flags === undefined ? {} : { flags }) })
}

function reset(details: string, reason: OutcomeReason): never {
  return end({ kind: 'denied', status: 0, flags: 'DPE', details, reason })
}
