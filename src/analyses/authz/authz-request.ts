import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { isWildcard, parseIp } from '../../envoy/model/ip.ts'
import { indexOf } from '../../semantics/connection/dump-index.ts'
import { servingListeners } from '../../semantics/connection/listeners.ts'
import type { TraceRequest, ValidToken } from '../../semantics/request.ts'

/** A request as a policy sees it. */
export interface AuthzRequest {
  /** Absent for a plain TCP connection. */
  readonly http: { readonly method: string; readonly path: string } | undefined
  /** Port that the client means to reach. */
  readonly port: number
  /** SPIFFE id of the client's certificate; without one the client speaks plaintext. */
  readonly principal: string | undefined
  /** Address of the client. */
  readonly source: string | undefined
  /** Address that the client means to reach; the proxy's own when left out. */
  readonly address: string | undefined
  readonly host: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** A valid token that the client sends. */
  readonly token: ValidToken | undefined
}

/** Where Istio's iptables rules send connections into a pod. */
const inboundRedirect = 15006

/** The internal listener in which a waypoint does its work. */
const waypointListener = 'main_internal'

/**
 * The request at the listener that takes it: one bound to the port, else a sidecar's inbound redirect, else a waypoint's
 * internal listener.
 */
export function traceRequestOf(dump: ConfigDump, request: AuthzRequest): TraceRequest {
  const { http, port, principal, source } = request
  const entrance = entranceOf(dump, request)
  return {
    destination: { address: entrance.address, port },
    redirect: entrance.redirect,
    listener: entrance.listener,
    source: source === undefined ? undefined : { address: source, port: 0 },
    protocol: http === undefined ? 'tcp' : 'http1',
    tls:
      principal === undefined || entrance.listener !== undefined
        ? undefined
        : { alpn: http === undefined ? tcpAlpn : httpAlpn, certificate: { uriSans: [principal], trusted: true } },
    http:
      http === undefined ? undefined : { ...http, authority: request.host ?? 'localhost', headers: request.headers },
    token: request.token,
    // Where TLS ended in front of the listener, Istio hands the identity on.
    filterState: principal === undefined ? undefined : { 'io.istio.peer_principal': principal },
  }
}

/** Protocols that Istio's clients offer. */
const httpAlpn = ['istio-http/1.1', 'istio', 'http/1.1']
const tcpAlpn = ['istio-peer-exchange', 'istio']

interface Entrance {
  readonly address: string
  readonly redirect?: number
  readonly listener?: string
}

function entranceOf(dump: ConfigDump, { port, address = ownAddress(dump) }: AuthzRequest): Entrance {
  const listeners = servingListeners(dump)
  const at = (wanted: number) =>
    listeners
      .filter(({ binds }) => binds)
      .flatMap(({ addresses }) => addresses)
      .find((own) => own.port === wanted)
  const bound = at(port)
  if (bound !== undefined) return { address: isWildcard(bound.ip) ? sameFamily(address, bound.text) : bound.text }
  if (at(inboundRedirect) !== undefined) return { address, redirect: inboundRedirect }
  const waypoint = listeners.some(({ internalName }) => internalName === waypointListener)
  return waypoint ? { address, listener: waypointListener } : { address }
}

/** `sidecar~10.1.0.5~pod.namespace~domain` names the proxy's address. */
function ownAddress(dump: ConfigDump): string {
  const id = stringOf(objectOf(indexOf(dump).bootstrap.node).id) ?? ''
  const [, address = ''] = id.split('~')
  return parseIp(address) === undefined ? '10.0.0.1' : address
}

/** A listener on `::` may not take IPv4. */
function sameFamily(address: string, wildcard: string): string {
  return parseIp(address)?.family === parseIp(wildcard)?.family ? address : wildcard === '::' ? 'fd00::1' : '10.0.0.1'
}
