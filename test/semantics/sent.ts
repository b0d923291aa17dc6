import { latestEnvoy } from '../../src/envoy/dump/version.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import type { Chance } from '../../src/semantics/chance.ts'
import type { Connection } from '../../src/semantics/connection.ts'
import { type DecodedRequest, headersOf } from '../../src/semantics/matching/http-headers.ts'
import { runtimeOf } from '../../src/semantics/matching/runtime.ts'
import type { ClientTls } from '../../src/semantics/request.ts'
import type { RouteContext } from '../../src/semantics/routes/route-match.ts'

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly authority?: string
  readonly scheme?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly envoy?: number
}

/** A request as filters see it: GET http://shop/ unless more is said. */
export function sent({
  method = 'GET',
  path = '/',
  authority = 'shop',
  scheme = 'http',
  headers = [],
  envoy = latestEnvoy,
}: Sent = {}): DecodedRequest {
  return {
    method,
    path,
    authority,
    scheme,
    forwardedProto: scheme,
    internal: undefined,
    client: { address: '10.9.9.9', port: 40000 },
    headers: headersOf(
      headers,
      { ':method': method, ':path': path, ':authority': authority, ':scheme': scheme },
      envoy,
    ),
  }
}

/** A connection from 10.9.9.9 to 10.0.0.1:80. */
export function connected(tls?: ClientTls, more: Partial<Connection> = {}): Connection {
  return {
    local: { address: '10.0.0.1', port: 80 },
    restored: false,
    remote: { address: '10.9.9.9', port: 40000 },
    directRemote: { address: '10.8.8.8', port: 40001 },
    transport: tls === undefined ? 'raw_buffer' : 'tls',
    sni: tls?.sni ?? '',
    alpn: [],
    tls,
    payload: 'http1',
    httpVersion: '1.1',
    ...more,
  }
}

/** A context that asks for a client certificate. */
export const validating: JsonObject = {
  require_client_certificate: true,
  common_tls_context: { validation_context: { trusted_ca: { filename: '/ca' } } },
}

/** Chance that always takes the interval or weight of that index. */
export function always(index: number): Chance {
  return { stream: () => index, draw: () => index, spend: () => {} }
}

/** Chance that takes the first interval or weight, and what it is asked: a modulus and the bounds of its intervals, one after the other. */
export function recordingChance(): { readonly chance: Chance; readonly asked: readonly unknown[] } {
  const asked: unknown[] = []
  const stream: Chance['stream'] = (modulus, bounds) => {
    asked.push(modulus, bounds)
    return 0
  }
  return { chance: { ...always(0), stream }, asked }
}

export function contextOf(request: Sent = {}, more: Partial<RouteContext> = {}): RouteContext {
  return {
    request: sent(request),
    connection: connected(),
    downstreamTls: undefined,
    known: {},
    runtime: runtimeOf({}),
    chance: always(0),
    ignorePathParameters: false,
    ...more,
  }
}
