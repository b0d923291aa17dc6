import {
  flag,
  integer,
  type JsonSchema,
  listOf,
  mapOf,
  number,
  oneOf,
  probability,
  record,
  text,
  time,
} from '../../../schema/json-schema.ts'
import { reasonSchema as reason } from '../../../schema/reason-schema.ts'
import type { HopDocument } from './hop-document.ts'
import type {
  CertificateDocument,
  ConnectionDocument,
  EndpointDocument,
  PolicyDocument,
  TlsDocument,
} from './hop-parts.ts'

/** A schema for each key of a document but for those that are always there: a key without one is a type error. */
type OptionalKeys<Document, Always extends keyof Document = never> = Record<Exclude<keyof Document, Always>, JsonSchema>

const texts = listOf(text)

const headerChanges = record({ add: texts, remove: texts })

const considered = record(
  {},
  {
    filterChains: listOf(record({ name: text, reason })),
    routes: listOf(record({ route: text, reason })),
    shadowed: { ...texts, description: 'Later routes that would have matched' },
    endpoints: listOf(record({ address: text, reason })),
  },
)

const endpoint = record({ address: text, probability }, {
  health: oneOf('healthy', 'degraded', 'unhealthy'),
  unhealthyCauses: { ...texts, description: 'Why it is not healthy, where that is known' },
  locality: text,
  priority: integer,
  hostname: text,
  cluster: { ...text, description: 'Member of the aggregate cluster' },
  transportSocket: text,
} satisfies OptionalKeys<EndpointDocument, 'address' | 'probability'>)

const policy = record({}, {
  retry: record({ retryOn: text, attempts: integer, source: oneOf('route', 'virtualHost') }, { perTryTimeout: text }),
  mirrors: listOf(record({ cluster: text, probability })),
  hashOn: texts,
  requestHeaders: headerChanges,
  responseHeaders: headerChanges,
} satisfies OptionalKeys<PolicyDocument>)

/** A hop as `-o json` prints it. */
export const hopSchema = record(
  {
    listener: text,
    objects: { ...mapOf(text), description: 'API object behind a part, by the key of the part' },
    reasons: {
      ...mapOf(reason),
      description: 'Why a part was chosen, by its key; subset, panic and zones are about the choice of endpoints',
    },
    considered: { ...considered, description: 'What was considered and rejected' },
  },
  {
    acceptedBy: { ...text, description: 'Listener that accepted the connection before it was handed over' },
    connection: record({ transport: text }, {
      destination: text,
      source: text,
      peer: { ...text, description: 'Where the connection comes from, when that is not the client' },
      proxyProtocol: oneOf('required', 'optional'),
      keepsSource: { const: true, description: "The upstream sees the client's address (original_src)" },
      sni: text,
      alpn: texts,
      tlsTerminated: flag,
    } satisfies OptionalKeys<ConnectionDocument, 'transport'>),
    filterChain: text,
    filterChainIndex: integer,
    certificate: record({ name: text }, { names: texts, notAfter: time } satisfies OptionalKeys<
      CertificateDocument,
      'name'
    >),
    protocol: oneOf('http', 'tcp', 'other'),
    networkFilters: texts,
    routeConfiguration: text,
    routeConfigurationSource: oneOf('inline', 'rds', 'scoped'),
    virtualHost: text,
    domain: text,
    route: { ...text, description: 'Empty when it has no name' },
    routeIndex: integer,
    routeMatch: text,
    filters: listOf(
      record(
        { name: text, type: text, verdict: oneOf('passes', 'denies', 'answers', 'undecided', 'disabled') },
        { reason, policy: text },
      ),
    ),
    cluster: text,
    clusterType: text,
    lbPolicy: text,
    endpoints: listOf(endpoint),
    upstream: record({}, { path: text, authority: text }),
    upstreamProtocol: oneOf('HTTP/1.1', 'HTTP/2', 'HTTP/3', 'as the client', 'ALPN'),
    timeouts: {
      ...listOf(
        record(
          {
            code: text,
            milliseconds: number,
            phase: oneOf('answer', 'silence', 'try', 'connecting', 'request'),
          },
          { status: integer, flags: text },
        ),
      ),
      description: 'Time limits that apply, the one that ends the request first on top',
    },
    limits: {
      ...listOf(record({ cluster: text, limit: text, inUse: integer, max: integer })),
      description: 'Circuit breakers that are low or half in use, with what was in use',
    },
    policy,
    tls: record({ mode: oneOf('plaintext', 'tls', 'mutual tls', 'internal') }, {
      match: text,
      proxyProtocol: { ...oneOf('v1', 'v2'), description: 'Sent to the endpoint in front of all else' },
      sni: text,
      certificate: text,
      names: texts,
      trusted: text,
      sans: texts,
    } satisfies OptionalKeys<TlsDocument, 'mode'>),
    warnings: { ...listOf(reason), description: 'What may spoil the request without deciding how it ends' },
  } satisfies OptionalKeys<HopDocument, 'listener' | 'objects' | 'reasons' | 'considered'>,
)
