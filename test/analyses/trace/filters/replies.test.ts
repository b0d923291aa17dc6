import assert from 'node:assert/strict'
import { test } from 'node:test'
import { responseLines } from '../../../../src/analyses/trace/view/response-lines.ts'
import { succeeds } from '../../../../src/analyses/trace/view/succeeds.ts'
import { alternativeDocuments } from '../../../../src/analyses/trace/view/trace-document.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { Alternative } from '../../../../src/walk/trace-result.ts'
import { ask, askAll, filter, get, typed } from '../dump-of.ts'
import { httpProxy } from '../http-proxy.ts'

const prefix = (path: string): JsonObject => ({ prefix: path })
const routes: JsonObject[] = [
  { name: 'teapot', match: prefix('/teapot'), direct_response: { status: 418 } },
  { name: 'empty', match: prefix('/empty'), route: { cluster: 'empty' } },
  { name: 'sent', match: prefix('/sent'), route: { cluster: 'a' } },
]
const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
const empty = { name: 'empty', load_assignment: { cluster_name: 'empty' } }

function proxy(manager: JsonObject, host: JsonObject = {}) {
  return httpProxy(routes, { manager, host, clusters: [empty] })
}

const statusIs = (value: number, op?: string): JsonObject => ({
  status_code_filter: { comparison: { ...(op === undefined ? {} : { op }), value: { default_value: value } } },
})

async function mapped(filterOfMapper: JsonObject, path = '/none', headers: [string, string][] = []): Promise<boolean> {
  const mapper = { filter: filterOfMapper, status_code: 299 }
  const { outcome } = ask(await proxy({ local_reply_config: { mappers: [mapper] } }), get('h', path, headers))
  assert.equal(outcome.status === 299, outcome.response !== undefined)
  return outcome.status === 299
}

test('the filters of mappers', async (t) => {
  const cases: [string, JsonObject, boolean, string?][] = [
    ['equal by default', statusIs(404), true],
    ['another status', statusIs(403), false],
    ['at least', statusIs(400, 'GE'), true],
    ['at most', statusIs(400, 'LE'), false],
    ['and', { and_filter: { filters: [statusIs(400, 'GE'), statusIs(403, 'LE')] } }, false],
    ['or', { or_filter: { filters: [statusIs(400), statusIs(404)] } }, true],
    ['a flag', { response_flag_filter: { flags: ['UH', 'NR'] } }, true],
    ['any flag', { response_flag_filter: {} }, true],
    ['no flag', { response_flag_filter: {} }, false, '/teapot'],
    ['another flag', { response_flag_filter: { flags: ['UH'] } }, false],
    ['the flag of the cluster', { response_flag_filter: { flags: ['UH'] } }, true, '/empty'],
    ['a header', { header_filter: { header: { name: 'x-user', present_match: true } } }, true],
    ['no such header', { header_filter: { header: { name: 'x-other', present_match: true } } }, false],
    ['gRPC status by HTTP status', { grpc_status_filter: { statuses: ['UNIMPLEMENTED'] } }, true],
    ['not a health check', { not_health_check_filter: {} }, true],
    ['tracing is off', { traceable_filter: {} }, false],
    ['no share', { runtime_filter: { runtime_key: 'k' } }, false],
    ['nothing', {}, false],
  ]
  for (const [name, asked, expected, path] of cases)
    await t.test(name, async () => assert.equal(await mapped(asked, path, [['x-user', '1']]), expected))
})

test('the first mapper sets status, body and headers; the cause stays', async () => {
  const second = { filter: statusIs(400, 'GE'), status_code: 500 }
  const first = {
    filter: statusIs(404),
    status_code: 410,
    body: { inline_string: 'gone' },
    headers_to_add: [
      { header: { key: 'x-why', value: '%RESPONSE_CODE%' } },
      { header: { key: 'x-api-key', value: 'k' } },
    ],
  }
  const config = { mappers: [first, second], body_format: { json_format: { m: '%LOCAL_REPLY_BODY%' } } }
  const { outcome } = ask(await proxy({ local_reply_config: config }), get('h', '/none'))
  assert.deepEqual(
    [outcome.kind, outcome.status, outcome.flags, outcome.details],
    ['noRoute', 410, 'NR', 'route_not_found'],
  )
  assert.deepEqual(responseLines(outcome.response ?? assert.fail(), outcome.status), [
    'Answer: 410 in place of 404, mapper 1 of local_reply_config sets status 410',
    'Body: "gone", format "{\\"m\\":\\"%LOCAL_REPLY_BODY%\\"}", application/json (local_reply_config.mappers[0].body)',
    'Header: x-why: %RESPONSE_CODE%',
    'Header: x-api-key: [redacted]',
  ])
})

test('denials, redirects and gRPC answers are mapped as well', async () => {
  const policies = { p: { permissions: [{ any: true }], principals: [{ any: true }] } }
  const rbac = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action: 'DENY', policies } })
  const mappers = [{ filter: statusIs(403), status_code: 404 }]
  const dump = await proxy({ http_filters: [rbac, router], local_reply_config: { mappers } })
  const { outcome } = ask(dump, get('h', '/sent'))
  assert.deepEqual([outcome.kind, outcome.status, outcome.filter], ['denied', 404, 'rbac'])
  const grpc = ask(dump, get('h', '/sent', [['content-type', 'application/grpc']])).outcome
  assert.deepEqual([grpc.status, grpc.grpc], [200, { status: 12, httpStatus: 404 }])
})

test('a mapper that cannot be decided is a condition, a share of requests two ways', async () => {
  const cel = { extension_filter: typed('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter') }
  const dump = await proxy({ local_reply_config: { mappers: [{ filter: cel, status_code: 200 }] } })
  const { outcome } = ask(dump, get('h', '/none'))
  assert.equal(outcome.status, 404)
  assert.deepEqual(
    outcome.conditions.map(({ reason }) => reason),
    [{ code: 'reply-mapper-undecided', args: { mapper: 0 } }],
  )
  const half = { runtime_filter: { runtime_key: 'k', percent_sampled: { numerator: 25 } } }
  const chance = await proxy({ local_reply_config: { mappers: [{ filter: half, status_code: 410 }] } })
  const ways = askAll(chance, get('h', '/none')).map(({ probability, outcome: { status } }) => [status, probability])
  assert.deepEqual(ways, [
    [410, 0.25],
    [404, 0.75],
  ])
})

const matcher = (type: string, value: string, policy: JsonObject, fields: JsonObject = {}): JsonObject => {
  const input = { name: 'i', typed_config: typed(`envoy.type.matcher.v3.${type}`, fields) }
  const predicate = { single_predicate: { input, value_match: { exact: value } } }
  return { matcher_list: { matchers: [{ predicate, on_match: { action: { name: 'a', typed_config: policy } } }] } }
}
const local = (fields: JsonObject): JsonObject =>
  typed('envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy', fields)
const redirect = (fields: JsonObject): JsonObject =>
  typed('envoy.extensions.http.custom_response.redirect_policy.v3.RedirectPolicy', fields)
const customType = 'envoy.extensions.filters.http.custom_response.v3.CustomResponse'
const custom = (tree: JsonObject): JsonObject => filter('cr', customType, { custom_response_matcher: tree })

const noEndpoint = async (tree: JsonObject, host: JsonObject = {}, manager: JsonObject = {}): Promise<Alternative> =>
  ask(await proxy({ http_filters: [custom(tree), router], ...manager }, host), get('h', '/empty'))

test('a local response replaces what matches; local_reply_config sees both', async () => {
  const policy = local({ status_code: 233, body: { inline_string: 'x' } })
  const { outcome } = await noEndpoint(matcher('HttpResponseStatusCodeMatchInput', '503', policy))
  assert.deepEqual([outcome.kind, outcome.status, outcome.flags, outcome.details], ['noHealthyUpstream', 233, 'UH', ''])
  assert.deepEqual(outcome.response?.body, { source: 'custom_response cr: local_response_policy.body', text: 'x' })
  const other = await noEndpoint(matcher('HttpResponseStatusCodeClassMatchInput', '4xx', policy))
  assert.equal(other.outcome.response, undefined)
  const mappers = [
    { filter: statusIs(503), status_code: 410 },
    { filter: statusIs(233), status_code: 234 },
  ]
  const both = await noEndpoint(
    matcher('HttpResponseStatusCodeClassMatchInput', '4xx', policy),
    {},
    { local_reply_config: { mappers } },
  )
  assert.equal(both.outcome.status, 234)
  assert.deepEqual(
    both.outcome.response?.changes.map(({ code }) => code),
    ['reply-mapped', 'response-replaced', 'reply-mapped'],
  )
})

test('the configuration of the route goes first, the one of the filter where it finds nothing', async () => {
  const own = matcher('HttpResponseStatusCodeMatchInput', '503', local({ status_code: 201 }))
  const perRoute = (value: string): JsonObject => ({
    typed_per_filter_config: {
      cr: typed(customType, {
        custom_response_matcher: matcher('HttpResponseStatusCodeMatchInput', value, local({ status_code: 202 })),
      }),
    },
  })
  assert.equal((await noEndpoint(own, perRoute('503'))).outcome.status, 202)
  assert.equal((await noEndpoint(own, perRoute('404'))).outcome.status, 201)
})

test('a redirect policy gets another response, under the status of the answer', async () => {
  const tree = matcher('HttpResponseStatusCodeMatchInput', '503', redirect({ uri: 'http://h/sent?x=1' }))
  const found = await noEndpoint(tree)
  assert.deepEqual([found.outcome.kind, found.outcome.status], ['upstream', 503])
  assert.deepEqual(
    found.hops.map(({ route, upstream }) => [route, upstream?.path]),
    [
      ['empty', '/empty'],
      ['sent', '/sent?x=1'],
    ],
  )
  assert.equal(succeeds({ alternatives: [found] }), false)
  const [document] = JSON.parse(JSON.stringify(alternativeDocuments([found])))
  assert.equal(document.outcome.response.changes[0].args.uri, 'http://h/sent?x=1')
  const named = matcher(
    'HttpResponseStatusCodeMatchInput',
    '503',
    redirect({ uri: 'http://h/teapot', status_code: 200 }),
  )
  const direct = await noEndpoint(named)
  assert.deepEqual([direct.outcome.kind, direct.outcome.status], ['directResponse', 200])
})

test('a redirect policy without a route, or behind the filter that answers, changes nothing', async () => {
  const policy = redirect({ uri: 'http://h/nowhere', status_code: 200 })
  assert.equal((await noEndpoint(matcher('HttpResponseStatusCodeMatchInput', '503', policy))).outcome.status, 503)
  const abort = filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', {
    abort: { http_status: 503, percentage: { numerator: 100 } },
  })
  const sent = custom(
    matcher('HttpResponseStatusCodeMatchInput', '503', redirect({ uri: 'http://h/sent', status_code: 200 })),
  )
  const behind = ask(await proxy({ http_filters: [abort, sent, router] }), get('h', '/sent'))
  assert.deepEqual([behind.outcome.kind, behind.outcome.status], ['denied', 503])
  const before = ask(await proxy({ http_filters: [sent, abort, router] }), get('h', '/sent'))
  assert.deepEqual([before.outcome.kind, before.outcome.status], ['denied', 200], 'the second request is aborted too')
})

test('a response header that the dump does not tell is a condition', async () => {
  const tree = matcher('HttpResponseHeaderMatchInput', 'x', local({ status_code: 200 }), { header_name: 'x-server' })
  const { outcome } = await noEndpoint(tree)
  assert.equal(outcome.status, 503)
  assert.deepEqual(
    outcome.conditions.map(({ filter: name, reason }) => [name, reason.code]),
    [['cr', 'custom-response-undecided']],
  )
})
