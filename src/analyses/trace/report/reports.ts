import {
  anything,
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
} from '../../../report/json-schema.ts'
import type { Report } from '../../../report/report.ts'
import type { HopDocument } from './hop-document.ts'
import { reasonSchema as reason } from './reason-schema.ts'
import { requestSchema as request } from './request-schema.ts'
import { traceColumns } from './trace-view.ts'

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

const endpoint = record(
  { address: text, probability },
  {
    health: oneOf('healthy', 'degraded', 'unhealthy'),
    unhealthyCauses: { ...texts, description: 'Why it is not healthy, where that is told' },
    locality: text,
    priority: integer,
    hostname: text,
    cluster: { ...text, description: 'Member of the aggregate cluster' },
    transportSocket: text,
  },
)

const policy = record(
  {},
  {
    retry: record({ retryOn: text, attempts: integer, source: oneOf('route', 'virtualHost') }, { perTryTimeout: text }),
    mirrors: listOf(record({ cluster: text, probability })),
    hashOn: texts,
    requestHeaders: headerChanges,
    responseHeaders: headerChanges,
  },
)

const hop = record(
  {
    listener: text,
    objects: { ...mapOf(text), description: 'API object behind a part, by the key of the part' },
    reasons: {
      ...mapOf(reason),
      description: 'Why a part was chosen, by its key; subset, panic and zones tell of the choice of endpoints',
    },
    considered: { ...considered, description: 'What was looked at and lost' },
  },
  {
    acceptedBy: { ...text, description: 'Listener that took the connection before it was handed over' },
    connection: record(
      { transport: text },
      {
        destination: text,
        source: text,
        peer: { ...text, description: 'Where the connection comes from, when that is not the client' },
        proxyProtocol: oneOf('required', 'optional'),
        keepsSource: { const: true, description: "The upstream sees the client's address (original_src)" },
        sni: text,
        alpn: texts,
        tlsTerminated: flag,
      },
    ),
    filterChain: text,
    filterChainIndex: integer,
    certificate: record({ name: text }, { names: texts, notAfter: time }),
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
    tls: record(
      { mode: oneOf('plaintext', 'tls', 'mutual tls', 'internal') },
      {
        match: text,
        proxyProtocol: { ...oneOf('v1', 'v2'), description: 'Sent to the endpoint in front of all else' },
        sni: text,
        certificate: text,
        names: texts,
        trusted: text,
        sans: texts,
      },
    ),
    warnings: { ...listOf(reason), description: 'What may spoil the request without deciding how it ends' },
  } satisfies Record<Exclude<keyof HopDocument, 'listener' | 'objects' | 'reasons' | 'considered'>, JsonSchema>,
)

const outcome = record(
  {
    kind: oneOf(
      'upstream',
      'redirect',
      'directResponse',
      'noListener',
      'noFilterChain',
      'noRoute',
      'noCluster',
      'noHealthyUpstream',
      'denied',
      'tcp',
      'undecidable',
    ),
    reason,
    probability,
    conditions: {
      ...listOf(record({ filter: text, code: text, args: mapOf(anything), text })),
      description: 'What has to hold for it: filters that cannot be decided from a dump. Empty when it is certain',
    },
  },
  {
    status: integer,
    flags: { ...text, description: 'As %RESPONSE_FLAGS%' },
    details: { ...text, description: 'As %RESPONSE_CODE_DETAILS% where Envoy sets it' },
    location: text,
    filter: { ...text, description: 'The filter that ended the request' },
    response: {
      ...record(
        { originalStatus: integer, changes: listOf(reason) },
        {
          body: record({ source: text }, { text, location: text, format: text, contentType: text }),
          headers: { ...texts, description: '"name: value" as configured' },
        },
      ),
      description: "What the client gets where local_reply_config or custom_response change Envoy's own answer",
    },
    grpc: {
      ...record({ status: integer, httpStatus: integer }),
      description: 'Answer to a gRPC request: grpc-status, and the HTTP status that Envoy made a 200 of',
    },
  },
)

const alternatives = listOf(record({ probability, hops: listOf(hop), outcome }))
const traced = record({ proxy: text, request, alternatives })

const caseKeys = {
  name: text,
  passed: flag,
  failures: listOf(record({ field: text, expected: text, actual: text })),
}

const error: JsonSchema = { ...text, description: 'Which case cannot be read, and why; nothing was traced' }

/** A case of a requests file; `virtualHost` in place of the trace for Envoy's router check format. */
const traceCase = (head: Readonly<Record<string, JsonSchema>>) =>
  record({ ...head, ...caseKeys }, { request, alternatives, virtualHost: text, error })

/** `trace`: where a request goes. */
export const traceReport: Report = {
  name: 'trace',
  title: 'A listener on the way of a request',
  kind: 'trace',
  columns: [traceColumns],
  document: {
    title: 'Where a request goes, and why',
    // One object, or a list when the request is followed through several proxies.
    schema: { oneOf: [traced, listOf(traced)] },
  },
}

/** `trace --requests`: the cases of a file. */
export const casesReport: Report = {
  name: 'cases',
  title: 'A case of a requests file (trace --requests)',
  kind: 'case',
  columns: [],
  record: traceCase,
  document: { title: 'The cases of a requests file (trace --requests)', schema: listOf(traceCase({})) },
}
