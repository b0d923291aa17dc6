import { type JsonObject, objectOf } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'
import { type DecodedRequest, headersOf } from '../matching/http-headers.ts'
import { end } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import type { HttpRequest } from '../request.ts'
import { answer, decodeHttp1, decodeHttp2 } from './codec-request.ts'
import { asksForUpgrade, isHopByHop } from './connection-header.ts'
import { mutatedEarly } from './header-mutations.ts'
import { normalizeHost } from './host-normalization.ts'
import { type ManagerFacts, managedHeaders } from './managed-headers.ts'
import { normalizePath } from './path-normalization.ts'

/**
 * The request as the router gets it, after the codec and the connection manager: absolute-form split, Host and path normalized, early
 * mutations, then the headers that the connection manager takes away and sets. (ConnectionManagerImpl::ActiveStream::decodeHeaders)
 * @throws Ended when Envoy answers or resets by itself
 */
export function decodeRequest(http: HttpRequest, facts: ManagerFacts): DecodedRequest {
  const { connection, connectionManager, version } = facts
  const isHttp2 = connection.payload === 'http2'
  const secure = connection.tls !== undefined
  const sent = isHttp2 ? decodeHttp2(http, connectionManager) : decodeHttp1(http, connectionManager, secure)
  const underscores = objectOf(connectionManager.common_http_protocol_options).headers_with_underscores_action
  if (underscores === 'REJECT_REQUEST' && sent.headers.some(([name]) => name.includes('_')))
    answer(400, `${isHttp2 ? 'http2' : 'http1'}.unexpected_underscore`, because('header-with-underscore', {}), 'DPE')
  if (sent.authority === undefined) answer(400, 'missing_host_header', because('host-header-missing', {}))
  const isConnect = sent.method === 'CONNECT'
  const path = isConnect ? undefined : normalizedPath(sent.path, connectionManager)
  // RFC 2817: the Host of CONNECT has a port of its own, which is never stripped.
  const authority = isConnect ? sent.authority : normalizeHost(sent.authority, connectionManager, portOf(connection))
  const upgrades = asksForUpgrade(sent.headers)
  const kept = sent.headers.filter(
    ([name]) => (upgrades || !isHopByHop(name)) && !(underscores === 'DROP_HEADER' && name.includes('_')),
  )
  const pseudo = { ':method': sent.method, ':path': path, ':authority': authority, ':scheme': sent.scheme }
  const headers = headersOf(kept, pseudo, version)
  const forwardedProto = ''
  const read = { method: sent.method, path, authority, scheme: sent.scheme ?? '', forwardedProto, internal: false }
  return managedHeaders(mutatedEarly({ ...read, client: connection.remote, headers }, connectionManager), facts)
}

/** @throws Ended when Envoy refuses the path, or redirects to another one */
function normalizedPath(sent: string | undefined, connectionManager: JsonObject): string | undefined {
  if (sent === undefined) return undefined
  if (!sent.includes('#') && !sent.startsWith('/')) {
    answer(404, 'absolute_path_rejected', because('path-without-slash', { path: sent }))
  }
  const normalized = normalizePath(sent, connectionManager)
  if (normalized.action === 'reject') answer(400, 'path_normalization_failed', normalized.reason)
  if (normalized.action === 'redirect') {
    const reason = because('path-unescaped', {})
    end({ kind: 'redirect', status: 307, details: 'path_normalization_failed', location: normalized.path, reason })
  }
  return normalized.path
}

function portOf({ local }: Connection): number {
  return local?.port ?? 0
}
