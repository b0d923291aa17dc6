import type { JsonObject } from '../envoy/json.ts'
import type { ExemptionRule } from './reasons/connection-ends.ts'

/** What is sent through the proxy: one connection and, unless it is plain TCP, one request on it. */
export interface TraceRequest {
  /** Where the client meant to connect: the original destination. */
  readonly destination: Destination
  /** Port to which iptables redirects the connection (Istio: 15001 out of a pod, 15006 into it). Absent: no redirect. */
  readonly redirect?: number | undefined
  /** Why iptables leaves the connection alone, where it redirects others. */
  readonly exemption?: RedirectExemption | undefined
  /** Enter at the listener of this name, as an upstream hop to an internal listener does. */
  readonly listener?: string | undefined
  /** The client. What is absent is not known, and decides nothing. */
  readonly source?: PartialAddress | undefined
  /** Where the connection comes from, such as a load balancer; the client where it is absent and no PROXY header says otherwise. */
  readonly peer?: PartialAddress | undefined
  /** What the client itself connects to, as a load balancer in between names it in a PROXY header; the destination when absent. */
  readonly frontend?: PartialAddress | undefined
  readonly protocol: 'http1' | 'http2' | 'tcp'
  /** Present when the client speaks TLS. */
  readonly tls?: ClientTls | undefined
  /** Present unless the protocol is tcp. */
  readonly http?: HttpRequest | undefined
  /** The random value of the request where it is known; every choice is then exact instead of a set of alternatives. */
  readonly random?: number | undefined
  /** A token that the client sends where the proxy looks for one. */
  readonly token?: ValidToken | undefined
  /** Dynamic metadata known to be set before routing, by namespace. */
  readonly dynamicMetadata?: JsonObject | undefined
  /** Filter state known to be set before routing, as strings. */
  readonly filterState?: Readonly<Record<string, string>> | undefined
}

/** Why a connection is not redirected to the proxy. */
export interface RedirectExemption {
  readonly rule: ExemptionRule
  readonly annotation?: string
  /** It goes from the workload to somewhere else: no listener of the proxy can take it. */
  readonly leaves: boolean
}

/** A valid JSON web token that the client sends, by what it says. */
export interface ValidToken {
  readonly claims: JsonObject
  /**
   * Whether these are all claims, as the token has them. Otherwise those that are not named are unknown, and a text stands for the type
   * that a policy asks for: a list of one, a number, a flag.
   */
  readonly complete: boolean
}

export interface Destination {
  /** Absent when it is not known. */
  readonly address?: string | undefined
  readonly port: number
  /** Of an address that is not known: no listener or filter chain names it, only those of every address take it. */
  readonly unlisted?: true | undefined
}

export interface SocketAddress {
  readonly address: string
  readonly port: number
}

/** An address as far as it is known. */
export interface PartialAddress {
  readonly address?: string | undefined
  readonly port?: number | undefined
}

export interface ClientTls {
  readonly sni?: string | undefined
  /** The client may name a server; which one is not known. */
  readonly sniUnknown?: true | undefined
  readonly alpn?: readonly string[] | undefined
  readonly certificate?: ClientCertificate | undefined
}

/** The client's certificate. Names left out are unknown, not empty. */
export interface ClientCertificate {
  readonly uriSans?: readonly string[] | undefined
  readonly dnsSans?: readonly string[] | undefined
  readonly subject?: string | undefined
  /** Whether the listener's trust roots accept it; taken as true when left out and the listener validates. */
  readonly trusted?: boolean | undefined
}

export interface HttpRequest {
  readonly method: string
  /** As sent, with query. Absent for HTTP/2 CONNECT. */
  readonly path?: string | undefined
  /** Host or :authority. Undefined when the client sends none. */
  readonly authority?: string | undefined
  /** The client names a host; which one is not known. */
  readonly authorityUnknown?: true | undefined
  readonly scheme?: 'http' | 'https' | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly version?: '1.0' | '1.1' | undefined
  /** `:protocol` of an HTTP/2 extended CONNECT. */
  readonly extendedConnect?: string | undefined
}
