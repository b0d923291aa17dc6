import { countText } from '../../envoy/text/count-text.ts'
import {
  type ObjectAtFault,
  type ObjectOfHost,
  type ObjectWithoutStatus,
  objectAtFaultText,
  objectOfHostText,
  objectWithoutStatusText,
  type PolicyOnRoute,
  policyOnRouteText,
  type UnnamedHost,
  unnamedHostText,
} from './api-objects/object-status.ts'
import { type FailedConnections, failedConnectionsText } from './failed-connections.ts'
import { type HiddenService, hiddenText } from './hidden-service.ts'
import { beyondLimit, type LimitInUse, limitNouns } from './limit-in-use.ts'
import { type AbsentResource, absenceText } from './resource-absence.ts'
import type { Texts } from './texts.ts'

/** What may spoil a request without deciding how it ends. */
export interface Warnings {
  'certificate-expired': CertificateAtFault
  'certificate-not-yet-valid': CertificateAtFault
  'roots-expired': RootsAtFault
  'roots-not-yet-valid': RootsAtFault
  /** The client asked for a server name that the certificate does not have. */
  'certificate-without-name': { readonly certificate: string; readonly name: string }
  /** Over HTTP/2 a client uses the connection to one host for another host that the certificate names as well. */
  'connection-reused': {
    readonly host: string
    /** That the connection was made for. */
    readonly serverName: string
    readonly certificate: string
    /** The filter chain that gets the request then, and whether it has routes for the host. */
    readonly chain: string
    readonly hasRoutes: boolean
  }
  /** The connection was made for another server name than the host of the request, which has a filter chain of its own. */
  'connection-for-other-host': { readonly host: string; readonly serverName: string; readonly chain: string }
  'newer-version-rejected': Versioned & {
    readonly lastAttempt?: string | undefined
    readonly error?: string | undefined
  }
  /** `secrets`: what Envoy waits for. */
  'newer-version-warming': Versioned & { readonly secrets: readonly string[] }
  'older-version-draining': Versioned
  /** Of updates that Envoy keeps nothing of but their count, since it started. */
  'updates-rejected': Versioned & { readonly count: number; readonly accepted: boolean }
  /** A listener for this very destination, which does not serve. */
  'listener-rejected': {
    readonly listener: string
    readonly destination: string
    readonly error?: string | undefined
  }
  'listener-warming': { readonly listener: string; readonly destination: string }
  'secret-of-cluster-awaited': { readonly secret: string } & AbsentResource
  /** `/clusters?format=json` was asked for and does not have the cluster. */
  'endpoints-not-reported': { readonly cluster: string }
  /** HTTP without TLS to a port that servers speak TLS on. */
  'plaintext-to-tls-port': { readonly cluster: string; readonly port: number }
  /** The client's own TLS goes through, inside TLS that the proxy begins. */
  'tls-inside-tls': { readonly cluster: string }
  /** Of a cluster that speaks HTTP/2, as `/clusters` counts. */
  'http2-not-answered': { readonly cluster: string; readonly requests: number }
  /** HTTP through a TCP proxy. */
  'http-as-bytes': { readonly cluster: string }
  /** gRPC needs HTTP/2. */
  'grpc-over-http1': { readonly cluster: string }
  /** Over HTTP/2 an upgrade is an extended CONNECT (RFC 8441), which `allow_connect` permits. */
  'upgrade-over-http2': { readonly cluster: string; readonly upgrade: string }
  /** A circuit breaker, at the moment at which `/clusters` was read. */
  'limit-reached': LimitInUse & { readonly isHttp: boolean }
  /** Hosts that can be picked, and to which no connection ever succeeded, as `/clusters` counts. */
  'connections-failed': FailedConnections
  /** Of listeners whose filter chains changed, as the statistics count them. */
  'filter-chains-draining': { readonly chains: number }
  /** `scheme`: the scheme that the proxy goes by. */
  'redirect-loop': { readonly location: string; readonly scheme: string }
  /** The filter that ends a preflight before the CORS filter sees it. */
  'cors-comes-later': { readonly filter: string }
  /** What gets the request in place of a Service that the proxy does not have. */
  'service-hidden': HiddenService
  /** Of an object of the API behind the way: what its status says against it. */
  'object-at-fault': ObjectAtFault
  'object-without-status': ObjectWithoutStatus
  /** The API has an object for the host, and the proxy has nothing of it. */
  'object-of-host': ObjectOfHost
  'host-in-no-object': UnnamedHost
  'policy-on-route': PolicyOnRoute
  /** The user names a client beside the peer of the connection, and nothing tells Envoy of it. */
  'client-not-passed-on': { readonly source: string; readonly peer: string; readonly isHttp: boolean }
  'service-port-unknown': {
    readonly service: string
    readonly address: string
    readonly port: number
    readonly ports: readonly number[]
  }
}

/** `client` of the listener, or `server` that the proxy connects to. */
type Peer = 'client' | 'server'

interface CertificateAtFault {
  readonly certificate: string
  readonly presentedTo: Peer
  /** Where it begins or ends to be valid, RFC 3339; absent when that cannot be read. */
  readonly date?: string | undefined
}

interface RootsAtFault {
  readonly secret: string
  /** How many certificates it has, none of them valid. */
  readonly roots: number
  readonly verify: Peer
  readonly date?: string | undefined
}

interface Versioned {
  readonly kind: 'listeners' | 'routes' | 'scopedRoutes' | 'clusters' | 'endpoints' | 'secrets' | 'ecds'
  readonly name: string
  /** No other version serves. */
  readonly isOnly?: true | undefined
}

const kindNames: Readonly<Record<Versioned['kind'], string>> = {
  listeners: 'listener',
  routes: 'route configuration',
  scopedRoutes: 'scoped route configuration',
  clusters: 'cluster',
  endpoints: 'endpoints of',
  secrets: 'secret',
  ecds: 'extension configuration',
}

function resource({ kind, name }: Versioned): string {
  return `${kindNames[kind]} ${name}`
}

/** A version beside the one in use, or the only one. */
function newer(which: Versioned): string {
  return which.isOnly ? resource(which) : `a newer version of ${resource(which)}`
}

const noDate = 'a date that cannot be read'
const noError = 'it does not say why'

const presented: Readonly<Record<Peer, string>> = {
  client: 'clients that check it close the connection',
  server: 'a server that checks it refuses the connection',
}

const unverified: Readonly<Record<Peer, string>> = {
  client: 'no client certificate can be verified',
  server: 'no server can be verified',
}

function rootsOf({ roots, secret }: RootsAtFault): string {
  return `${roots === 1 ? 'the root' : 'every root'} in ${secret}`
}

export const warningTexts: Texts<Warnings> = {
  'certificate-expired': ({ certificate, date = noDate, presentedTo }) =>
    `certificate ${certificate} expired on ${date}: ${presented[presentedTo]}`,
  'certificate-not-yet-valid': ({ certificate, date = noDate, presentedTo }) =>
    `certificate ${certificate} is not valid before ${date}: ${presented[presentedTo]}`,
  'roots-expired': (args) => `${rootsOf(args)} expired on ${args.date ?? noDate}: ${unverified[args.verify]}`,
  'roots-not-yet-valid': (args) =>
    `${rootsOf(args)} is not valid before ${args.date ?? noDate}: ${unverified[args.verify]}`,
  'certificate-without-name': ({ certificate, name }) =>
    `certificate ${certificate} does not have the name ${name}: clients that check it refuse it`,
  'connection-reused': ({ host, serverName, certificate, hasRoutes }) => {
    const then = hasRoutes ? 'has other routes for it' : 'has no routes for it: 404, or 421 where a filter sees to it'
    return `over HTTP/2 a client that is connected to ${serverName} may send requests for ${host} on the same connection, for certificate ${certificate} names both; the filter chain of ${serverName} ${then}`
  },
  'connection-for-other-host': ({ host, serverName, chain }) =>
    `the connection was made for ${serverName}, and filter chain ${chain} is the one for ${host}: HTTP/2 clients reuse a connection so where its certificate names both`,
  'newer-version-rejected': ({ lastAttempt, error = noError, ...which }) => {
    const at = lastAttempt === undefined ? '' : ` at ${lastAttempt}`
    return `Envoy rejected ${newer(which)}${at}: ${error}`
  },
  'newer-version-warming': ({ secrets, ...which }) => {
    const waiting = secrets.length === 0 ? '' : `; it waits for secret ${secrets.join(', ')}`
    return `${newer(which)} is warming: Envoy does not use it yet${waiting}`
  },
  'older-version-draining': (which) =>
    `an older version of ${resource(which)} is draining: connections from before still use it`,
  'updates-rejected': ({ count, accepted, ...which }) => {
    const many = countText(count, 'update')
    const whether = accepted ? ', and only its log tells whether a later one was accepted' : ' and accepted none'
    return `Envoy has rejected ${many} of ${resource(which)} since it started${whether}`
  },
  'listener-rejected': ({ listener, destination, error = noError }) =>
    `listener ${listener} for ${destination} was rejected by Envoy: ${error}`,
  'listener-warming': ({ listener, destination }) => `listener ${listener} for ${destination} is still warming`,
  'secret-of-cluster-awaited': ({ secret, ...absent }) =>
    `secret ${secret} ${absenceText(absent)}: connections to the cluster fail until it comes`,
  'endpoints-not-reported': ({ cluster }) =>
    `/clusters?format=json does not know ${cluster}: the health of its endpoints is that of the dump`,
  'plaintext-to-tls-port': ({ cluster, port }) =>
    `${cluster} is sent plaintext HTTP on port ${port}: a server that expects TLS there closes the connection or answers 400`,
  'tls-inside-tls': ({ cluster }) =>
    `the client's own TLS is put into TLS of the proxy's on the way to ${cluster}: a server that expects one handshake refuses it`,
  'http2-not-answered': ({ cluster, requests }) =>
    `${cluster} is spoken to in HTTP/2, and none of ${requests} requests was answered, though connections can be made: servers of HTTP/1.1 do so (502 UPE)`,
  'http-as-bytes': ({ cluster }) =>
    `the proxy passes the bytes on to ${cluster} as TCP: no route, retry or timeout for HTTP requests applies`,
  'grpc-over-http1': ({ cluster }) =>
    `gRPC goes to ${cluster} over HTTP/1.1: a gRPC server needs HTTP/2 and closes the connection`,
  'upgrade-over-http2': ({ cluster, upgrade }) =>
    `the upgrade to ${upgrade} goes to ${cluster} as an extended CONNECT of HTTP/2 (RFC 8441), which many servers refuse`,
  'limit-reached': ({ cluster, limit, inUse, max, isHttp }) =>
    `${inUse} of ${max} ${limitNouns[limit]} of ${cluster} are in use (circuit breaker ${limit}): ${beyondLimit(limit, isHttp)}`,
  'connections-failed': failedConnectionsText,
  'filter-chains-draining': ({ chains }) => {
    const which =
      chains === 1 ? 'a filter chain from before an update is' : `${chains} filter chains from before an update are`
    return `${which} draining: connections that were open then still use the routes and policies of then`
  },
  'redirect-loop': ({ location, scheme }) =>
    `the client comes from ${location} already (x-forwarded-proto: https) and this proxy takes it for ${scheme || 'plaintext'}: it is redirected for ever`,
  'cors-comes-later': ({ filter }) =>
    `this is a preflight of CORS, and ${filter} ends it before the CORS filter, which comes later, can answer`,
  'service-hidden': hiddenText,
  'object-at-fault': objectAtFaultText,
  'object-without-status': objectWithoutStatusText,
  'object-of-host': objectOfHostText,
  'host-in-no-object': unnamedHostText,
  'policy-on-route': policyOnRouteText,
  'client-not-passed-on': ({ source, peer, isHttp }) => {
    const how = isHttp ? 'no x-forwarded-for header and no PROXY protocol' : 'no PROXY protocol'
    return `${how} tells Envoy of ${source}: the client is ${peer}, which the connection comes from`
  },
  'service-port-unknown': ({ service, address, port, ports }) => {
    const known = `port${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`
    return `${address} is the address of ${service}, of which this proxy knows ${known} and not ${port}`
  },
}
