import type { JsonObject } from '../../envoy/json.ts'
import type { ValidToken } from '../../semantics/request.ts'

/** Protocols as users name them. */
export const requestProtocols = ['http1.0', 'http1', 'http2', 'tcp'] as const

export type RequestProtocol = (typeof requestProtocols)[number]

/** The protocol of this name; undefined when there is none. */
export function requestProtocol(name: string | undefined): RequestProtocol | undefined {
  return requestProtocols.find((known) => known === name)
}

/** What the user says of a request: a URL or its parts, and which way it passes the proxy. */
export interface RequestSpec {
  /** `http://`, `https://`, `ws://`, `wss://`, `grpc://`, `grpcs://`, `tcp://`; `reviews:9080/path` counts as http. */
  readonly url?: string | undefined
  /** Host name or address, instead of or over the URL's; with a port, what the Host header says. */
  readonly host?: string | undefined
  /** The request names a host that nobody said: one that decides leaves it undecided. Otherwise a host is needed. */
  readonly hostUnknown?: true | undefined
  readonly port?: number | undefined
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly headers?: readonly (readonly [string, string])[] | undefined
  readonly protocol?: RequestProtocol | undefined
  readonly sni?: string | undefined
  readonly alpn?: readonly string[] | undefined
  readonly tls?: boolean | undefined
  /** Address that the client meant to connect to; looked up in the dump when absent. */
  readonly address?: string | undefined
  /** The client's `address` or `address:port`. */
  readonly source?: string | undefined
  /** `address` or `address:port` of what the connection comes from, such as a load balancer. */
  readonly peer?: string | undefined
  /** The request comes to the workload from outside; else it leaves it, or enters a gateway. */
  readonly inbound?: boolean | undefined
  /** Whether iptables redirects the connection to the proxy; as the dump and the pod tell when absent. */
  readonly redirected?: boolean | undefined
  /** The port that it redirects to, in place of the one that the dump tells. */
  readonly capturePort?: number | undefined
  /** The port of the proxy that the Service's port leads to (targetPort). */
  readonly targetPort?: number | undefined
  /** The client is a mesh sidecar: mutual TLS with Istio's ALPN. */
  readonly mtls?: boolean | undefined
  /** URI SAN of the client's certificate (SPIFFE). */
  readonly principal?: string | undefined
  /** Claims of a valid token that the client sends; those that are not named are unknown. */
  readonly claims?: JsonObject | undefined
  /** A file with a token, which counts as valid. */
  readonly tokenFile?: string | undefined
  /** The token itself, by what it says. */
  readonly token?: ValidToken | undefined
  /** Enter at this listener. */
  readonly listener?: string | undefined
  readonly random?: number | undefined
}
