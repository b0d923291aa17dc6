import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { isNamed } from '../../../envoy/text/pipe-free.ts'
import { UsageError } from '../../../errors.ts'
import { type HeaderValues, withHeaderOptions } from '../../../semantics/http/header-options.ts'
import { formatString } from '../../../semantics/matching/format-string.ts'
import { describeHeader, headerMatches } from '../../../semantics/matching/header-match.ts'
import { authorityOf, type HeaderValue, headersFrom } from '../../../semantics/matching/http-headers.ts'
import { RequestEnd } from '../../../semantics/outcome.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { redirectLocation, redirectStatus } from '../../../semantics/routes/redirect.ts'
import { requestSent } from '../../../semantics/routes/request-sent.ts'
import { virtualClusterOf } from '../../../semantics/routes/virtual-cluster.ts'
import { type Routing, routeIn } from '../../../walk/routing.ts'
import { client, intervalOf, metadataOf, requestOf, runtimeNamed } from './router-check-input.ts'
import { readRouterCheck } from './router-check-item.ts'

export interface RouterCheck {
  /** What did not come out as the case says. */
  readonly failures: readonly CheckFailure[]
  /** Virtual host and route that the request took, for coverage. */
  readonly virtualHost: string | undefined
  readonly routeIndex: number | undefined
}

export interface CheckFailure {
  readonly field: string
  readonly expected: string
  readonly actual: string
}

/**
 * Runs one case of Envoy's router check tool (`envoy.RouterCheckToolSchema.ValidationItem`) against a route configuration, with the
 * tool's own conventions: random value 0 unless given, runtime fractions off unless the case names their key, no virtual host for
 * answers that the router gives itself.
 * @throws UsageError for a case that the tool would not read, and for one that depends on what is not known
 * https://www.envoyproxy.io/docs/envoy/latest/operations/tools/router_check
 */
export function routerCheck(routeConfiguration: JsonObject, item: Json): RouterCheck {
  const { input, validate } = readRouterCheck(item)
  const table = {
    resource: routeConfiguration,
    name: stringOf(routeConfiguration.name) ?? '',
    source: 'inline' as const,
  }
  const routing = routeIn(table, {
    request: requestOf(input),
    connection: client,
    downstreamTls: undefined,
    known: { dynamicMetadata: metadataOf(input) },
    runtime: runtimeNamed(stringOf(input.runtime)),
    chance: {
      stream: (modulus, bounds) => intervalOf(numberOf(input.random_value) ?? 0, modulus, bounds),
      draw: () => 0,
      spend: () => {},
    },
  })
  if (routing instanceof RequestEnd)
    throw new UsageError(`it is not decidable where the request goes: ${outcomeText(routing.outcome)}`)
  const actual = observe(routing)
  const failures = expectations.flatMap((field) => {
    const expected = validate[field]
    // In text-proto the value of a wrapper stands in it, an empty one is left out.
    const text = isObject(expected) ? (expected.value ?? nothing[field]) : expected
    const same = field === 'cluster_name' ? isNamed : (value: string, wanted: string) => value === wanted
    return text === undefined || text === null || same(actual[field], String(text))
      ? []
      : [{ field, expected: String(text), actual: actual[field] }]
  })
  const headerFailures = [
    ...unmatched(objectsOf(validate.request_header_matches), requestHeaders(routing, actual)),
    ...unmatched(objectsOf(validate.response_header_matches), responseHeaders(routing)),
  ]
  return {
    failures: [...failures, ...headerFailures],
    virtualHost: routing.host?.name,
    routeIndex: routing.route?.index,
  }
}

const expectations = [
  'cluster_name',
  'virtual_cluster_name',
  'virtual_host_name',
  'path_rewrite',
  'host_rewrite',
  'path_redirect',
  'code_redirect',
] as const

type Observed = Readonly<Record<(typeof expectations)[number], string>>

const nothing: Observed = {
  cluster_name: '',
  virtual_cluster_name: '',
  virtual_host_name: '',
  path_rewrite: '',
  host_rewrite: '',
  path_redirect: '',
  code_redirect: '0',
}

function observe(routing: Routing): Observed {
  const { context, table, host, route, choice, tlsRequired } = routing
  const { request } = context
  if (tlsRequired) {
    return { ...nothing, path_redirect: `https://${authorityOf(request)}${request.path ?? ''}`, code_redirect: '301' }
  }
  if (route === undefined) return nothing
  const { match, redirect, direct_response: direct } = route.route
  if (isObject(redirect) || isObject(direct)) {
    const code = isObject(redirect) ? redirectStatus(redirect) : numberOf(objectOf(direct).status)
    const location = redirectLocation(objectOf(match), objectOf(redirect), request)
    return { ...nothing, path_redirect: location, code_redirect: String(code ?? 0) }
  }
  const entry = choice?.entry ?? {}
  const scopes = { routeConfiguration: table.resource, virtualHost: host?.virtualHost ?? {}, route: route.route, entry }
  const sent = requestSent(scopes, request)
  return {
    ...nothing,
    cluster_name: choice?.cluster ?? '',
    virtual_cluster_name: virtualClusterOf(host?.virtualHost ?? {}, request),
    virtual_host_name: host?.name ?? '',
    path_rewrite: sent.path ?? '',
    host_rewrite: sent.authority ?? '',
  }
}

/** The tool's cases expect several values of a header as one, as Envoy matched them up to 1.38. */
const joinedValues = 1038

function unmatched(matchers: readonly JsonObject[], headers: HeaderValues): CheckFailure[] {
  const lookup = headersFrom(headers, joinedValues)
  return matchers
    .filter((matcher) => headerMatches(matcher, lookup) !== true)
    .map((matcher) => {
      const actual = lookup.get(stringOf(matcher.name) ?? '') ?? '(absent)'
      return { field: 'header', expected: describeHeader(matcher), actual }
    })
}

function levelsOf({ choice, route, host, table }: Routing): readonly JsonObject[] {
  return [choice?.entry ?? {}, route?.route ?? {}, host?.virtualHost ?? {}, table.resource]
}

/** What the tool cannot know it leaves alone. */
function known(value: HeaderValue): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function requestHeaders(routing: Routing, { path_rewrite: path, host_rewrite: host }: Observed): HeaderValues {
  const { request, connection } = routing.context
  const sent = new Map<string, readonly string[]>([
    [':path', [path || (request.path ?? '')]],
    [':authority', [host || authorityOf(request)]],
    [':method', [request.method]],
  ])
  const format = (text: string): string | undefined =>
    known(formatString(text, { headers: request.headers, client: connection.remote }))
  return withHeaderOptions(sent, levelsOf(routing), 'request', format)
}

/** A direct response has its body's headers before the route's own are added. */
function responseHeaders(routing: Routing): HeaderValues {
  const { request, connection } = routing.context
  const body = objectOf(objectOf(routing.route?.route.direct_response).body)
  const text = stringOf(body.inline_string) ?? ''
  const own = new Map<string, readonly string[]>(
    text === ''
      ? []
      : [
          ['content-type', ['text/plain']],
          ['content-length', [String(new TextEncoder().encode(text).length)]],
        ],
  )
  const format = (value: string): string | undefined =>
    known(formatString(value, { headers: request.headers, client: connection.remote }))
  return withHeaderOptions(own, levelsOf(routing), 'response', format)
}
