import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import { router, typed } from './compare-http.ts'
import type { Random } from './random.ts'

const statuses = [400, 403, 404, 410, 418, 503] as const
const flags = ['NR', 'UH', 'NC', 'FI', 'DI', 'UF', 'DPE', 'UO'] as const

const comparison = (random: Random): JsonObject => ({
  ...random.pick<JsonObject>([{}, { op: 'EQ' }, { op: 'GE' }, { op: 'LE' }]),
  value: { default_value: random.pick(statuses), runtime_key: random.pick(['not.set', 'set.status']) },
})

function header(random: Random): JsonObject {
  return random.pick<JsonObject>([
    { name: 'x-user', present_match: true },
    { name: 'x-user', string_match: { exact: 'a' } },
    { name: ':path', string_match: { prefix: random.pick(['/direct', '/empty', '/sent']) } },
    { name: ':authority', string_match: { exact: random.pick(['h.test', 'sent.test']) }, invert_match: true },
    { name: 'x-route', present_match: true },
    { name: 'x-early', present_match: true },
    { name: 'x-forwarded-proto', present_match: true },
  ])
}

function logFilter(random: Random, depth = 0): JsonObject {
  const nested = (): JsonObject[] => [logFilter(random, depth + 1), logFilter(random, depth + 1)]
  if (depth === 0 && random.chance(0.25))
    return random.chance(0.5) ? { and_filter: { filters: nested() } } : { or_filter: { filters: nested() } }
  return random.pick<JsonObject>([
    { status_code_filter: { comparison: comparison(random) } },
    { status_code_filter: { comparison: comparison(random) } },
    { header_filter: { header: header(random) } },
    { response_flag_filter: random.chance(0.2) ? {} : { flags: [random.pick(flags), random.pick(flags)] } },
    { not_health_check_filter: {} },
    { traceable_filter: {} },
    {
      runtime_filter: {
        runtime_key: 'not.set',
        ...random.pick<JsonObject>([{}, { percent_sampled: { numerator: 100 } }]),
      },
    },
    {
      grpc_status_filter: {
        statuses: [random.pick(['UNAVAILABLE', 'UNIMPLEMENTED', 'PERMISSION_DENIED', 'UNKNOWN', 'OK'])],
        exclude: random.chance(0.3),
      },
    },
    {
      metadata_filter: {
        matcher: { filter: 'f', path: [{ key: 'k' }], value: { string_match: { exact: random.pick(['v', 'w']) } } },
        ...random.pick<JsonObject>([{}, { match_if_key_not_found: false }]),
      },
    },
    { log_type_filter: { types: [random.pick(['DownstreamEnd', 'NotSet'])], exclude: random.chance(0.3) } },
    { duration_filter: { comparison: { op: 'GE', value: { default_value: 0, runtime_key: 'not.set' } } } },
  ])
}

function mapper(random: Random, place: number): JsonObject {
  const added = { header: { key: 'x-mapped', value: `m${place}` } }
  return {
    filter: logFilter(random),
    ...(random.chance(0.7) ? { status_code: random.pick([200, 299, 410, 503]) } : {}),
    ...(random.chance(0.5) ? { body: { inline_string: 'gone' } } : {}),
    ...(random.chance(0.6) ? { headers_to_add: [added] } : {}),
    ...(random.chance(0.2) ? { body_format_override: { json_format: { code: '%RESPONSE_CODE%' } } } : {}),
  }
}

function localReplies(random: Random): JsonObject {
  const mappers = Array.from({ length: random.below(4) }, (_, place) => mapper(random, place))
  const format = random.chance(0.2)
    ? { body_format: { text_format_source: { inline_string: '[%LOCAL_REPLY_BODY%]' } } }
    : {}
  return { local_reply_config: { mappers, ...format } }
}

function policy(random: Random): JsonObject {
  const status = random.chance(0.5) ? { status_code: random.pick([202, 233, 503]) } : {}
  const added = { response_headers_to_add: [{ header: { key: 'x-mapped', value: 'policy' } }] }
  if (random.chance(0.5))
    return typed('envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy', {
      ...(random.chance(0.6) ? { body: { inline_string: 'local' } } : {}),
      ...status,
      ...(random.chance(0.5) ? added : {}),
    })
  const target = random.pick<JsonObject>([
    { uri: 'http://h.test/sent?from=policy' },
    { uri: 'http://h.test/direct' },
    { uri: 'http://other.test/sent' },
    { uri: 'https://h.test/empty' },
    { uri: 'http://h.test/moved' },
    { redirect_action: { path_redirect: '/sent', host_redirect: 'h.test' } },
    { redirect_action: { path_redirect: '/denied' } },
  ])
  return typed('envoy.extensions.http.custom_response.redirect_policy.v3.RedirectPolicy', {
    ...target,
    ...status,
    ...(random.chance(0.3) ? added : {}),
    ...(random.chance(0.4) ? { request_headers_to_add: [{ header: { key: 'x-early', value: 'policy' } }] } : {}),
  })
}

const input = (type: string, fields: JsonObject = {}): JsonObject => ({
  name: 'i',
  typed_config: typed(`envoy.type.matcher.v3.${type}`, fields),
})

function responsePredicate(random: Random): JsonObject {
  const status = {
    input: input('HttpResponseStatusCodeMatchInput'),
    value_match: { exact: String(random.pick(statuses)) },
  }
  const user = { input: input('HttpRequestHeaderMatchInput', { header_name: 'x-user' }), value_match: { exact: 'a' } }
  const statusClass = random.pick(['4xx', '5xx', '3xx'])
  const single_predicate = random.pick<JsonObject>([
    status,
    { input: input('HttpResponseStatusCodeMatchInput'), value_match: { exact: '299' } },
    { input: input('HttpResponseStatusCodeClassMatchInput'), value_match: { exact: statusClass } },
    { input: input('HttpResponseStatusCodeMatchInput'), value_match: { prefix: '4' } },
    { input: input('HttpResponseHeaderMatchInput', { header_name: 'location' }), value_match: { prefix: 'http' } },
  ])
  return random.chance(0.2)
    ? { and_matcher: { predicate: [{ single_predicate }, { single_predicate: user }] } }
    : { single_predicate }
}

function responseMatcher(random: Random): JsonObject {
  const action = { name: 'a', typed_config: policy(random) }
  return { matcher_list: { matchers: [{ predicate: responsePredicate(random), on_match: { action } }] } }
}

const customResponse = (random: Random): JsonObject =>
  typed('envoy.extensions.filters.http.custom_response.v3.CustomResponse', {
    custom_response_matcher: responseMatcher(random),
  })

function filters(random: Random): JsonObject[] {
  const principal = { header: { name: 'x-user', string_match: { exact: 'b' } } }
  const denied = { url_path: { path: { prefix: '/denied' } } }
  const policies = {
    p: { permissions: [{ any: true }], principals: [principal] },
    q: { permissions: [denied], principals: [{ any: true }] },
  }
  const all = [
    { name: 'cr', typed_config: customResponse(random) },
    {
      name: 'rbac',
      typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action: 'DENY', policies } }),
    },
    {
      name: 'fault',
      typed_config: typed('envoy.extensions.filters.http.fault.v3.HTTPFault', {
        abort: { http_status: 503, percentage: { numerator: 100 } },
        headers: [{ name: 'x-fault', present_match: true }],
      }),
    },
    {
      name: 'meta',
      typed_config: typed('envoy.extensions.filters.http.set_metadata.v3.Config', {
        metadata: [{ metadata_namespace: 'f', value: { k: 'v' } }],
      }),
    },
    { name: 'cr2', typed_config: customResponse(random) },
  ]
  const kept = all.filter(() => random.chance(0.6))
  return random.chance(0.5) ? kept : kept.toReversed()
}

/** A connection manager that changes its own answers, with routes that end in every way. */
export function replyingManager(random: Random): JsonObject {
  const own = (probability: number): JsonObject =>
    random.chance(probability) ? { typed_per_filter_config: { cr: customResponse(random) } } : {}
  const sent = {
    cluster: 'one',
    ...(random.chance(0.5) ? { host_rewrite_literal: 'sent.test' } : {}),
  }
  const added = { request_headers_to_add: [{ header: { key: 'x-route', value: '1' } }] }
  const routes: JsonObject[] = [
    {
      name: 'direct',
      match: { prefix: '/direct' },
      direct_response: { status: random.pick(statuses), body: { inline_string: 'd' } },
    },
    { name: 'created', match: { prefix: '/created' }, direct_response: { status: 201 } },
    { name: 'moved', match: { prefix: '/moved' }, redirect: { path_redirect: '/there' } },
    {
      name: 'empty',
      match: { prefix: '/empty' },
      route: { cluster: 'empty', ...(random.chance(0.5) ? { host_rewrite_literal: 'sent.test' } : {}) },
      ...added,
    },
    { name: 'missing', match: { prefix: '/missing' }, route: { cluster: 'missing' }, ...added },
    { name: 'sent', match: { prefix: '/sent' }, route: sent },
    { name: 'denied', match: { prefix: '/denied' }, route: sent },
  ]
  const hosts = [
    {
      name: 'v',
      domains: ['h.test', 'sent.test'],
      routes: routes.map((route) => ({ ...route, ...own(0.3) })),
      ...own(0.2),
    },
  ]
  return {
    http_filters: [...filters(random), router],
    route_config: { name: 'rc', virtual_hosts: hosts, validate_clusters: false },
    ...(random.chance(0.8) ? localReplies(random) : {}),
  }
}

export function repliedRequest(random: Random, name: string): HttpRequest {
  const path = random.pick([
    '/direct',
    '/created',
    '/moved',
    '/empty/x',
    '/missing',
    '/sent/x',
    '/denied',
    '/none',
    '/a#b',
  ])
  return {
    method: 'GET',
    path,
    authority: random.pick(['h.test', 'h.test', 'h.test', 'nobody.test']),
    headers: [
      ['x-case', name],
      ...(random.chance(0.4) ? [['x-user', random.pick(['a', 'b'])] as const] : []),
      ...(random.chance(0.15) ? [['x-fault', '1'] as const] : []),
      ...(random.chance(0.2) ? [['content-type', 'application/grpc'] as const] : []),
    ],
  }
}
