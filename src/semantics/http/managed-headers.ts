import { type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import { isLoopback, parseIp } from '../../envoy/model/ip.ts'
import { type DecodedRequest, type HeaderValue, withHeader } from '../matching/http-headers.ts'
import { anyAddress, anyText, anyUuid, joinedText, ownAddress, partialText, partsOf } from '../matching/partial-text.ts'
import type { Truth } from '../matching/ternary.ts'
import { RequestEnd } from '../outcome.ts'
import type { PartialAddress } from '../request.ts'
import { clientAddress } from './client-address.ts'
import { type CertificateFacts, forwardedCertificate } from './forwarded-certificate.ts'
import { atEdge, internalOnly } from './inside-headers.ts'
import { isInternalAddress } from './internal-address.ts'
import { isKeptReferer, keptTe } from './sanitized-values.ts'

/** What the headers that a connection manager sets are made of. */
export interface ManagerFacts extends CertificateFacts {
  readonly connectionManager: JsonObject
  /** The proxy's own `envoy.config.core.v3.Node`. */
  readonly node: JsonObject
  /** Envoy's version. */
  readonly version: number
}

type Edit = (request: DecodedRequest) => DecodedRequest

/**
 * The request after the connection manager has taken away what it does not believe and set what it knows, in its order.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers
 * (ConnectionManagerUtility::mutateRequestHeaders; early header mutations are before it)
 */
export function managedHeaders(before: DecodedRequest, facts: ManagerFacts): DecodedRequest | RequestEnd {
  const { connection, connectionManager, version } = facts
  const sanitized = sanitizedValues(before)
  const found = clientAddress(connectionManager, sanitized.headers, connection.remote)
  if (found instanceof RequestEnd) return found
  const { client, mayBeInternal, appendsPeer } = found
  const internal = mayBeInternal ? isInternalAddress(client.address, connectionManager, version) : false
  const atFront = connectionManager.use_remote_address === true
  const edge: Truth = internal === undefined ? (atFront ? undefined : false) : !internal && atFront
  const edits: Edit[] = [
    (request) => (appendsPeer ? withPeer(request, connection.remote) : request),
    (request) => withProto(request, facts),
    (request) => withPort(request, facts),
    (request) => withScheme(request, facts),
    (request) => withInside({ ...request, client, internal }, edge),
    (request) => withOwnName(request, facts),
    (request) => withVia(request, stringOf(connectionManager.via) ?? ''),
    (request) => withExternalAddress(request, edge),
    (request) => withRequestId(request, connectionManager, edge),
    (request) => {
      const [sent] = request.headers.values('x-forwarded-client-cert')
      return withHeader(request, 'x-forwarded-client-cert', forwardedCertificate(sent, connectionManager, facts))
    },
  ]
  return edits.reduce((request, edit) => edit(request), sanitized)
}

/** TE only asks for trailers, but in an upgrade; a Referer with a fragment or a user goes. */
function sanitizedValues(request: DecodedRequest): DecodedRequest {
  const [te] = request.headers.values('te')
  const [referer] = request.headers.values('referer')
  const upgrades = request.headers.values('upgrade').length > 0
  const withTe = typeof te === 'string' && !upgrades ? withHeader(request, 'te', keptTe(te)) : request
  return typeof referer === 'string' && !isKeptReferer(referer) ? withHeader(withTe, 'referer', undefined) : withTe
}

/** The peer at the end of x-forwarded-for; for one on the proxy's own host Envoy writes its own address, which a dump does not hold. */
function withPeer(request: DecodedRequest, { address }: PartialAddress): DecodedRequest {
  const peer = peerText(address)
  const [before] = request.headers.values('x-forwarded-for')
  const value = before === undefined || before === '' ? peer : joinedText(before, ',', peer)
  return withHeader(request, 'x-forwarded-for', value)
}

function peerText(address: string | undefined): HeaderValue {
  if (address === undefined) return partialText([anyAddress], 'source')
  const ip = parseIp(address)
  return ip !== undefined && isLoopback(ip) ? partialText([ownAddress], 'own_address') : address
}

/** Whether what the client says of protocol and port is overwritten: nobody trusted is in front. */
function isFirst({ use_remote_address: atFront, xff_num_trusted_hops: hops }: JsonObject): boolean {
  return atFront === true && (numberOf(hops) ?? 0) === 0
}

function withProto(request: DecodedRequest, { connection, connectionManager }: ManagerFacts): DecodedRequest {
  const { scheme_to_overwrite: overwrite } = objectOf(connectionManager.scheme_header_transformation)
  const [given] = request.headers.values('x-forwarded-proto')
  const own = connection.tls === undefined ? 'http' : 'https'
  const value = stringOf(overwrite) || (given === undefined || isFirst(connectionManager) ? own : given)
  return withHeader(request, 'x-forwarded-proto', value)
}

function withPort(request: DecodedRequest, { connection, connectionManager }: ManagerFacts): DecodedRequest {
  if (connectionManager.append_x_forwarded_port !== true) return request
  const given = request.headers.values('x-forwarded-port').length > 0
  if (given && !isFirst(connectionManager)) return request
  return withHeader(request, 'x-forwarded-port', String(connection.local?.port ?? 0))
}

function withScheme(request: DecodedRequest, { connection, connectionManager }: ManagerFacts): DecodedRequest {
  const { scheme_to_overwrite: overwrite } = objectOf(connectionManager.scheme_header_transformation)
  const own = connection.tls === undefined ? 'http' : 'https'
  const forwarded = /^https?$/i.test(request.forwardedProto) ? request.forwardedProto : own
  const scheme = stringOf(overwrite) || (request.scheme || forwarded).toLowerCase()
  return { ...withHeader(request, ':scheme', scheme), scheme }
}

/** x-envoy-internal, and what only requests from inside may bring. What depends on an unknown client may be there or not. */
function withInside(request: DecodedRequest, edge: Truth): DecodedRequest {
  const { internal } = request
  const own: HeaderValue | undefined =
    internal === undefined ? partialText(['true'], 'source', true) : internal ? 'true' : undefined
  let current = withHeader(request, 'x-envoy-internal', own)
  for (const name of internalOnly) current = withoutUnless(current, name, internal)
  for (const name of atEdge) current = withoutUnless(current, name, edge === undefined ? undefined : !edge)
  return current
}

/** @param kept whether the header stays */
function withoutUnless(request: DecodedRequest, name: string, kept: Truth): DecodedRequest {
  const values = request.headers.values(name)
  if (kept === true || values.length === 0) return request
  if (kept === false) return withHeader(request, name, undefined)
  return withHeader(
    request,
    name,
    values.map((value) => partialText(partsOf(value), 'source', true)),
  )
}

/** `add_user_agent`: the names of the proxy's cluster and node. */
function withOwnName(request: DecodedRequest, { connectionManager, node }: ManagerFacts): DecodedRequest {
  if (connectionManager.add_user_agent !== true) return request
  const cluster = stringOf(node.cluster) ?? ''
  const named = withHeader(request, 'x-envoy-downstream-service-cluster', cluster)
  const [agent] = request.headers.values('user-agent')
  const known = agent === undefined || agent === '' ? withHeader(named, 'user-agent', cluster) : named
  const id = stringOf(node.id)
  return id ? withHeader(known, 'x-envoy-downstream-service-node', id) : known
}

function withVia(request: DecodedRequest, via: string): DecodedRequest {
  if (via === '') return request
  const [before] = request.headers.values('via')
  return withHeader(request, 'via', before === undefined || before === '' ? via : joinedText(before, ', ', via))
}

function withExternalAddress(request: DecodedRequest, edge: Truth): DecodedRequest {
  if (edge === false) return request
  const { address } = request.client
  const known = edge === true && address !== undefined
  const value = known ? address : partialText([address ?? anyAddress], 'source', edge === undefined)
  return withHeader(request, 'x-envoy-external-address', value)
}

/** A random ID where there is none, and at the edge always, unless that of the client is preserved. */
function withRequestId(request: DecodedRequest, connectionManager: JsonObject, edge: Truth): DecodedRequest {
  if (connectionManager.generate_request_id === false) return request
  const [given] = request.headers.values('x-request-id')
  const replaces: Truth = connectionManager.preserve_external_request_id === true ? false : edge
  if (given !== undefined && given !== '' && replaces === false) return request
  const unsure = given !== undefined && given !== '' && replaces === undefined
  return withHeader(
    request,
    'x-request-id',
    unsure ? partialText([anyText], 'source') : partialText([anyUuid], 'generated'),
  )
}
