import { type JsonObject, numberOf, objectOf } from '../../envoy/json.ts'
import { because, type OutcomeReason } from '../reasons/reason.ts'
import type { HttpRequest } from '../request.ts'

const defaultKilobytes = 60
const defaultCount = 100

/**
 * Which limit on headers a request goes beyond, of those that are said to be sent: clients send more of their own. Measured on Envoy 1.40:
 * HTTP/1 counts the bytes of the head as they are sent, HTTP/2 those of names and values with its pseudo-headers.
 * (HttpConnectionManager max_request_headers_kb, HttpProtocolOptions max_headers_count)
 */
export function beyondHeaderLimits(
  http: HttpRequest,
  connectionManager: JsonObject,
  isHttp2: boolean,
): { readonly details: string; readonly reason: OutcomeReason } | undefined {
  const headers = [...pseudoHeaders(http, isHttp2), ...http.headers]
  const kilobytes = numberOf(connectionManager.max_request_headers_kb) ?? defaultKilobytes
  const bytes = isHttp2 ? sizeOf(headers, 0) : requestLine(http) + sizeOf(headers, ': \r\n'.length) + '\r\n'.length
  if (bytes > kilobytes * 1024) {
    const reason = because('headers-too-large', { bytes, kilobytes })
    return { details: isHttp2 ? 'http2.header_list_size_too_large' : 'http1.headers_too_large', reason }
  }
  const max = numberOf(objectOf(connectionManager.common_http_protocol_options).max_headers_count) ?? defaultCount
  if (headers.length <= max) return undefined
  const reason = because('headers-too-many', { headers: headers.length, max })
  return { details: isHttp2 ? 'http2.too_many_headers' : 'http1.too_many_headers', reason }
}

type Headers = readonly (readonly [name: string, value: string])[]

function sizeOf(headers: Headers, each: number): number {
  return headers.reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(value) + each, 0)
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

function requestLine({ method, path = '/' }: HttpRequest): number {
  return bytesOf(`${method} ${path} HTTP/1.1\r\n`)
}

function pseudoHeaders({ method, path, authority, scheme = 'http' }: HttpRequest, isHttp2: boolean): Headers {
  const host: Headers = authority === undefined ? [] : [[isHttp2 ? ':authority' : 'host', authority]]
  if (!isHttp2) return host
  return [[':method', method], ...(path === undefined ? [] : [[':path', path] as const]), [':scheme', scheme], ...host]
}
