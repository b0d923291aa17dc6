import { type JsonObject, objectOf } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'
import { type DecodedRequest, headersOf, withHeader } from '../matching/http-headers.ts'
import { anyText, partialText } from '../matching/partial-text.ts'
import { endWith, RequestEnd } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import type { HttpRequest } from '../request.ts'
import { answer, decodeHttp1, decodeHttp2, reset } from './codec-request.ts'
import { asksForUpgrade, isHopByHop } from './connection-header.ts'
import { beyondHeaderLimits } from './header-limits.ts'
import { mutatedEarly } from './header-mutations.ts'
import { normalizeHost } from './host-normalization.ts'
import { type ManagerFacts, managedHeaders } from './managed-headers.ts'
import { normalizePath } from './path-normalization.ts'

/**
 * The request as the router gets it, after the codec and the connection manager: absolute-form split, Host and path normalized, early
 * mutations, then the headers that the connection manager takes away and sets. (ConnectionManagerImpl::ActiveStream::decodeHeaders)
 * @returns the end when Envoy answers or resets by itself
 */
export function decodeRequest(http: HttpRequest, facts: ManagerFacts): DecodedRequest | RequestEnd {
  const { connection, connectionManager, version } = facts
  const isHttp2 = connection.payload === 'http2'
  const secure = connection.tls !== undefined
  const beyond = beyondHeaderLimits(http, connectionManager, isHttp2)
  if (beyond !== undefined)
    return isHttp2 ? reset(beyond.details, beyond.reason, 'DR') : answer(431, beyond.details, beyond.reason, 'DPE')
  const sent = isHttp2 ? decodeHttp2(http, connectionManager) : decodeHttp1(http, connectionManager, secure)
  if (sent instanceof RequestEnd) return sent
  const underscores = objectOf(connectionManager.common_http_protocol_options).headers_with_underscores_action
  if (underscores === 'REJECT_REQUEST' && sent.headers.some(([name]) => name.includes('_')))
    return answer(
      400,
      `${isHttp2 ? 'http2' : 'http1'}.unexpected_underscore`,
      because('header-with-underscore', {}),
      'DPE',
    )
  if (sent.authority === undefined && http.authorityUnknown !== true)
    return answer(400, 'missing_host_header', because('host-header-missing', {}))
  const isConnect = sent.method === 'CONNECT'
  const path = isConnect ? undefined : normalizedPath(sent.path, connectionManager)
  if (path instanceof RequestEnd) return path
  // RFC 2817: the Host of CONNECT has a port of its own, which is never stripped.
  const authority =
    isConnect || sent.authority === undefined
      ? sent.authority
      : normalizeHost(sent.authority, connectionManager, portOf(connection))
  const upgrades = asksForUpgrade(sent.headers)
  const kept = sent.headers.filter(
    ([name]) => (upgrades || !isHopByHop(name)) && !(underscores === 'DROP_HEADER' && name.includes('_')),
  )
  const pseudo = { ':method': sent.method, ':path': path, ':authority': authority, ':scheme': sent.scheme }
  const headers = headersOf(kept, pseudo, version)
  const forwardedProto = ''
  const read = { method: sent.method, path, authority, scheme: sent.scheme ?? '', forwardedProto, internal: false }
  const request = { ...read, client: connection.remote, headers }
  const named = authority === undefined ? withHeader(request, ':authority', unknownHost) : request
  return managedHeaders(mutatedEarly(named, connectionManager), facts)
}

const unknownHost = partialText([anyText], 'host')

/** The path to route by: the end when Envoy refuses it, or redirects to another one. */
function normalizedPath(sent: string | undefined, connectionManager: JsonObject): string | RequestEnd | undefined {
  if (sent === undefined) return undefined
  if (!sent.includes('#') && !sent.startsWith('/')) {
    return answer(404, 'absolute_path_rejected', because('path-without-slash', { path: sent }))
  }
  const normalized = normalizePath(sent, connectionManager)
  if (normalized.action === 'reject') return answer(400, 'path_normalization_failed', normalized.reason)
  if (normalized.action === 'redirect') {
    const reason = because('path-unescaped', {})
    const { path: location } = normalized
    return endWith({ kind: 'redirect', status: 307, details: 'path_normalization_failed', location, reason })
  }
  return normalized.path
}

function portOf({ local }: Connection): number {
  return local?.port ?? 0
}
