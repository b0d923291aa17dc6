import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { FilterInput } from '../../../src/semantics/filters/http-filter-type.ts'
import { fault } from '../../../src/semantics/http-filters/fault.ts'
import { headerToMetadata } from '../../../src/semantics/http-filters/header-to-metadata.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'
import { policyFor, redirectTarget } from '../../../src/semantics/replies/custom-response.ts'
import { always, connected, contextOf, type Sent, sent } from '../sent.ts'

function inputOf(config: JsonObject, asked: Sent = {}, more: Partial<FilterInput> = {}): FilterInput {
  return {
    config,
    overrides: [],
    context: contextOf(asked),
    levels: [],
    cluster: 'c',
    clusterType: () => undefined,
    node: {},
    token: undefined,
    now: undefined,
    run: () => assert.fail(),
    ...more,
  }
}

/** What a fault filter does: verdict, status, whether all are delayed, what it says. */
function faulted(config: JsonObject, asked: Sent = {}, more: Partial<FilterInput> = {}): string {
  const { verdict, answer, delays, reason } = fault.evaluate(inputOf(config, asked, more))
  return [verdict, answer?.status, delays === true ? 'delayed' : undefined, JSON.stringify(reason?.args)]
    .filter((part) => part !== undefined)
    .join(' ')
}

const all = { numerator: 100 }
const abort = { abort: { http_status: 418, percentage: all } }

test('faults: whom they hit, how many, and what they are', () => {
  assert.equal(faulted({}), 'passes')
  assert.equal(faulted(abort), 'answers 418 {"abort":{"status":418,"percent":100}}')
  assert.equal(faulted({ abort: { percentage: all } }), 'answers 503 {"abort":{"status":503,"percent":100}}')
  assert.equal(
    faulted({ abort: { grpc_status: 14, percentage: all } }),
    'answers 200 {"abort":{"status":200,"percent":100}}',
  )
  assert.equal(
    faulted({ abort: { http_status: 418, percent: 100 } }),
    'answers 418 {"abort":{"status":418,"percent":100}}',
  )
  assert.equal(faulted({ abort: { http_status: 418 } }), 'passes')
  assert.equal(
    faulted({ abort: { http_status: 418, percentage: { numerator: 1, denominator: 'MILLION' } } }),
    'answers 418 {"abort":{"status":418,"percent":0.0001}}',
  )
  const half = { abort: { http_status: 418, percentage: { numerator: 50 } } }
  const said = '{"abort":{"status":418,"percent":50}}'
  assert.equal(faulted(half), `answers 418 ${said}`)
  assert.equal(faulted(half, {}, { context: contextOf({}, { chance: always(1) }) }), `passes ${said}`)
  const delay = (numerator: number): JsonObject => ({ delay: { fixed_delay: '3s', percentage: { numerator } } })
  assert.equal(faulted(delay(100)), 'passes delayed {"delay":{"duration":"3s","percent":100}}')
  assert.equal(faulted(delay(99)), 'passes {"delay":{"duration":"3s","percent":99}}')
  assert.equal(faulted(delay(0)), 'passes')
  assert.equal(
    faulted({ ...abort, ...delay(200) }),
    'answers 418 delayed {"delay":{"duration":"3s","percent":100},"abort":{"status":418,"percent":100}}',
  )
  assert.equal(faulted({ ...abort, upstream_cluster: 'c' }).split(' ')[0], 'answers')
  assert.equal(faulted({ ...abort, upstream_cluster: 'd' }), 'passes')
  assert.equal(faulted({ ...abort, headers: [{ name: 'x' }] }), 'passes')
  assert.equal(faulted({ ...abort, headers: [{ name: 'x' }] }, { headers: [['x', '']] }).split(' ')[0], 'answers')
  const nodes = { ...abort, downstream_nodes: ['a', 'b'] }
  assert.deepEqual(
    ['b', 'c'].map((node) => faulted(nodes, { headers: [['x-envoy-downstream-service-node', node]] }).split(' ')[0]),
    ['answers', 'passes'],
  )
  assert.equal(faulted(nodes), 'passes')
  assert.equal(faulted({}, {}, { overrides: [abort] }).split(' ')[0], 'answers')
  assert.equal(faulted(abort, {}, { overrides: [{}, abort] }), 'passes')
  const request = sent()
  const open = {
    ...contextOf(),
    request: { ...request, headers: request.headers.with('x', [partialText([anyText], 'source')]) },
  }
  assert.equal(
    faulted({ ...abort, headers: [{ name: 'x', exact_match: 'a' }] }, {}, { context: open }),
    'undecided {"unknown":["source"]}',
  )
})

test('faults that the runtime or a header asks for', () => {
  const runtime = (values: JsonObject) => ({
    context: contextOf({}, { runtime: runtimeOf({ layered_runtime: { layers: [{ static_layer: values }] } }) }),
  })
  const delay: JsonObject = { delay: { fixed_delay: '3s', percentage: all } }
  assert.equal(faulted(abort, {}, runtime({ 'fault.http.abort.abort_percent': 0 })), 'passes')
  assert.match(faulted(delay, {}, runtime({ 'fault.http.delay.fixed_delay_percent': 7 })), /"percent":7/)
  assert.match(faulted(delay, {}, runtime({ 'fault.http.delay.fixed_duration_ms': 20 })), /"20ms"/)
  assert.match(
    faulted({ ...delay, delay_percent_runtime: 'p', delay_duration_runtime: 'd' }, {}, runtime({ p: 8, d: 21 })),
    /"21ms","percent":8/,
  )
  assert.equal(faulted({ ...abort, abort_percent_runtime: 'p' }, {}, runtime({ p: 0 })), 'passes')
  const asked = (...headers: readonly (readonly [string, string])[]) =>
    faulted({ abort: { header_abort: {}, percentage: all }, delay: { header_delay: {}, percentage: all } }, { headers })
  const header = 'x-envoy-fault'
  assert.equal(asked(), 'passes')
  for (const [status, answers] of [
    ['200', true],
    ['599', true],
    ['199', false],
    ['600', false],
    ['x', false],
  ] as const)
    assert.equal(asked([`${header}-abort-request`, status]).split(' ')[0], answers ? 'answers' : 'passes', status)
  assert.equal(asked([`${header}-abort-grpc-request`, '5']), 'answers 200 {"abort":{"status":200,"percent":100}}')
  assert.equal(
    asked([`${header}-abort-request`, '503'], [`${header}-abort-request-percentage`, '20']),
    'answers 503 {"abort":{"status":503,"percent":20}}',
  )
  assert.equal(
    asked([`${header}-delay-request`, '15'], [`${header}-delay-request-percentage`, '200']),
    'passes delayed {"delay":{"duration":"15ms","percent":100}}',
  )
  assert.equal(asked([`${header}-delay-request`, '15'], [`${header}-delay-request-percentage`, '0']), 'passes')
})

/** What header_to_metadata writes, and whether the header is still there. */
function written(
  rule: JsonObject,
  asked: Sent = {
    headers: [
      ['x', 'v1'],
      ['cookie', 'c=of cookie'],
    ],
  },
): string {
  const { state } = headerToMetadata.evaluate(inputOf({ request_rules: [rule] }, asked))
  return `${JSON.stringify(state?.known.dynamicMetadata ?? {})}${state?.request.headers.get('x') === undefined ? ' removed' : ''}`
}

test('headers and cookies that become metadata', () => {
  const own = 'envoy.filters.http.header_to_metadata'
  const present = (more: JsonObject = {}): JsonObject => ({ header: 'x', on_header_present: { key: 'k', ...more } })
  assert.equal(written(present()), `{"${own}":{"k":"v1"}}`)
  assert.equal(written(present({ metadata_namespace: 'ns' })), '{"ns":{"k":"v1"}}')
  assert.equal(written(present({ value: 'fixed' })), `{"${own}":{"k":"fixed"}}`)
  assert.equal(written(present({ key: '' })), '{}')
  assert.equal(
    written(present({ regex_value_rewrite: { pattern: { regex: 'v(.)' }, substitution: 'w\\1' } })),
    `{"${own}":{"k":"w1"}}`,
  )
  assert.equal(written(present({ regex_value_rewrite: { pattern: { regex: '.*' }, substitution: '' } })), '{}')
  assert.equal(written(present({ type: 'NUMBER' })), '{}')
  assert.equal(written(present({ type: 'NUMBER', value: '1.5' })), `{"${own}":{"k":1.5}}`)
  assert.equal(written(present({ type: 'NUMBER', value: ' ' })), '{}')
  assert.equal(written({ ...present(), remove: true }), `{"${own}":{"k":"v1"}} removed`)
  assert.equal(written({ cookie: 'c', on_header_present: { key: 'k' }, remove: true }), `{"${own}":{"k":"of cookie"}}`)
  assert.equal(
    written({ header: 'none', on_header_present: { key: 'k' }, on_header_missing: { key: 'm', value: 'gone' } }),
    `{"${own}":{"m":"gone"}}`,
  )
  assert.equal(written({ header: 'none', on_header_missing: { key: 'm' } }), '{}')
  assert.equal(written({ cookie: 'none', on_header_missing: { key: 'm', value: 'gone' } }), `{"${own}":{"m":"gone"}}`)
  const again = (config: JsonObject) => headerToMetadata.evaluate(inputOf(config)).routesAgain
  assert.deepEqual([again({ clear_route_cache: true }), again({})], [true, false])
})

test('a response that a custom_response filter replaces, by its status, class or headers', () => {
  const action = (message: string, config: JsonObject = {}) => ({
    action: { name: 'p', typed_config: { '@type': `type.googleapis.com/envoy.x.v3.${message}`, ...config } },
  })
  const matcher = (input: string, value: string, on: object = action('LocalResponsePolicy'), more: object = {}) => ({
    custom_response_matcher: {
      matcher_tree: {
        input: { name: 'i', typed_config: { '@type': `type.googleapis.com/envoy.type.matcher.v3.${input}`, ...more } },
        exact_match_map: { map: { [value]: on } },
      },
    },
  })
  const policy = (config: object, response: object = {}, overrides: readonly object[] = []) => {
    const read = (value: object): JsonObject => JSON.parse(JSON.stringify(value))
    const typedConfig = (value: object) => ({ message: 'CustomResponse', type: '', config: read(value) })
    const found = policyFor(
      { name: 'f', filter: typedConfig(config), overrides: overrides.map(typedConfig), disabled: false } as never,
      { status: 503, location: undefined, headers: [], ...response },
      { connection: connected(), request: sent() },
    )
    return typeof found === 'object' ? `${found.filter} ${found.kind}` : found
  }
  const [status, kind, header] = [
    'HttpResponseStatusCodeMatchInput',
    'HttpResponseStatusCodeClassMatchInput',
    'HttpResponseHeaderMatchInput',
  ]
  assert.equal(policy(matcher(status, '503')), 'f local')
  assert.equal(policy(matcher(status, '504')), undefined)
  assert.equal(policy(matcher(kind, '5xx')), 'f local')
  assert.equal(policy(matcher(kind, '4xx'), { status: 499 }), 'f local')
  assert.equal(policy(matcher(kind, '5xx'), { status: 499 }), undefined)
  assert.equal(policy(matcher(status, '503', action('RedirectPolicy'))), 'f redirect')
  assert.equal(policy(matcher(status, '503', action('Other'))), 'undecided')
  assert.equal(policy({}), undefined)
  assert.equal(
    policy(matcher(status, '503', action('RedirectPolicy')), {}, [matcher(status, '503')]),
    'f local',
    'the most specific one first',
  )
  assert.equal(policy(matcher(status, '503'), {}, [matcher(status, '504')]), 'f local')
  const named = (header_name: string, value: string) =>
    matcher(header, value, action('LocalResponsePolicy'), { header_name })
  assert.equal(policy(named(':status', '503')), 'f local')
  assert.equal(policy(named('Location', '/x'), { location: '/x' }), 'f local')
  assert.equal(policy(named('location', '/x')), undefined)
  assert.equal(policy(named('X-A', '1,2'), { headers: ['X-A: 1', 'x-a: 2', 'x-b: 3'] }), 'f local')
  assert.equal(policy(named('x-a', '1'), { headers: ['x-a: %REQ(y)%'] }), 'undecided')
  assert.equal(policy(named('x-a', '1')), 'undecided', 'Envoy and its filters add headers of their own')
})

test('where a redirect policy gets the response', () => {
  const target = (config: JsonObject) => {
    const found = redirectTarget({ filter: 'f', kind: 'redirect', config }, sent({ path: '/p?q' }))
    return found && `${found.scheme} ${found.authority} ${found.path}`
  }
  assert.equal(target({ uri: 'HTTPS://a:1/b?c#d' }), 'https a:1 /b?c')
  assert.equal(target({ uri: 'http://a' }), 'http a /')
  assert.equal(target({ uri: 'http://a?b' }), 'http a /?b')
  for (const uri of ['/a', 'ftp://a/', 'http:///']) assert.equal(target({ uri }), undefined, uri)
  assert.equal(target({ redirect_action: { host_redirect: 'h', https_redirect: true } }), 'https h /p?q')
})
