import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter, get, typed } from '../dump-of.ts'
import { type Ask, ending, filtered, http, share, withHeaders } from './filtered-proxy.ts'

const fixed = { generic_key: { descriptor_value: 'login' } }
const byUser = { request_headers: { header_name: 'x-user', descriptor_key: 'user' } }
const limits = (...actions: JsonObject[]): JsonObject => ({ rate_limits: [{ actions }] })
const service = (fields: JsonObject = {}) => filter('rl', http('ratelimit.v3.RateLimit'), { domain: 'd', ...fields })
const perRoute = (fields: JsonObject) => ({
  typed_per_filter_config: { rl: typed(http('ratelimit.v3.RateLimitPerRoute'), fields) },
})

function descriptors(ask: Ask, ...request: Parameters<Ask>): readonly string[] | undefined {
  const reason = ask(...request).hops[0]?.filters?.[0]?.reason
  return reason?.code === 'rate-limit-descriptors-decide' ? reason.args.descriptors : undefined
}

test('the rate limit service is not called without a descriptor', async () => {
  assert.equal(ending((await filtered([service()]))()), 'upstream')
  const header = await filtered([service()], { action: limits(byUser) })
  assert.equal(ending(header()), 'upstream')
  assert.equal(ending(header(withHeaders(['x-user', 'ada']))), 'undecided')
  const off = [{ filter_enabled: share(0) }, { stage: 1 }, { request_type: 'internal' }, { filter_enforced: share(0) }]
  for (const fields of off)
    assert.equal(ending((await filtered([service(fields)], { action: limits(fixed) }))()), 'upstream')
  const failing = { filter_enforced: share(0), failure_mode_deny: true }
  assert.equal(ending((await filtered([service(failing)], { action: limits(fixed) }))()), 'undecided')
})

test('descriptors: one entry for each action, none where an action has no value', async () => {
  const match = { headers: [{ name: 'x-user', string_match: { exact: 'ada' } }] }
  const metadata = { descriptor_key: 'm', metadata_key: { key: 'a', path: [{ key: 'b' }] } }
  const expected: [JsonObject[], string[] | undefined][] = [
    [[fixed, { remote_address: {} }], ['(generic_key=login),(remote_address=10.9.9.9)']],
    [[{ masked_remote_address: { v4_prefix_mask_len: 8 } }], ['(masked_remote_address=10.0.0.0/8)']],
    [[{ source_cluster: {} }, { destination_cluster: {} }], ['(source_cluster=front),(destination_cluster=a)']],
    [[fixed, byUser], undefined],
    [
      [fixed, { request_headers: { header_name: 'x-user', descriptor_key: 'user', skip_if_absent: true } }],
      ['(generic_key=login)'],
    ],
    [[{ header_value_match: { descriptor_value: 'is', ...match } }], undefined],
    [[{ header_value_match: { descriptor_value: 'not', expect_match: false, ...match } }], ['(header_match=not)']],
    [[{ query_parameters: { query_parameter_name: 'q', descriptor_key: 'k' } }], ['(k=1)']],
    [[{ metadata }], undefined],
    [[{ metadata: { ...metadata, default_value: 'x' } }], ['(m=x)']],
    [[{ metadata: { ...metadata, source: 'ROUTE_ENTRY' } }], ['(m=c)']],
  ]
  for (const [actions, wanted] of expected) {
    const ask = await filtered([service()], {
      action: limits(...actions),
      route: { metadata: { filter_metadata: { a: { b: 'c' } } } },
      bootstrap: { node: { cluster: 'front' } },
    })
    assert.deepEqual(descriptors(ask, get('h', '/?q=1')), wanted, JSON.stringify(actions))
  }
})

test('--explain lists the descriptors', async () => {
  const ask = await filtered([service()], {
    action: { rate_limits: [{ actions: [fixed] }, { actions: [{ remote_address: {} }] }] },
  })
  const alternative = ask()
  const request = { destination: { address: '10.0.0.1', port: 80 }, protocol: 'http1' as const }
  const told = (explain: boolean) => renderText(request, { alternatives: [alternative] }, { explain }).join('\n')
  assert.match(
    told(true),
    /undecided: the rate limit service decides\n {4}for .*descriptor \(generic_key=login\)\n {4}for .*descriptor \(remote_address=10\.9\.9\.9\)/,
  )
  assert.doesNotMatch(told(false), /descriptor/)
})

test('credentials in descriptors are hidden', async () => {
  const byToken = { request_headers: { header_name: 'authorization', descriptor_key: 'authorization' } }
  const ask = await filtered([service()], { action: limits(byToken) })
  assert.deepEqual(descriptors(ask, withHeaders(['authorization', 'Bearer abcdefgh1234'])), [
    '(authorization=[redacted])',
  ])
})

test('whose limits count: of the per-route configuration, the filter, the route, the virtual host', async () => {
  const of = async (proxy: Parameters<typeof filtered>[1], fields: JsonObject = {}) =>
    ending((await filtered([service(fields)], proxy))())
  const none = limits(byUser)
  assert.equal(await of({ host: limits(fixed) }), 'undecided')
  assert.equal(await of({ host: limits(fixed), action: none }), 'upstream')
  assert.equal(await of({ host: limits(fixed), action: { ...none, include_vh_rate_limits: true } }), 'undecided')
  assert.equal(await of({ host: { ...limits(fixed), ...perRoute({ vh_rate_limits: 'IGNORE' }) } }), 'upstream')
  const included = { ...limits(fixed), ...perRoute({ vh_rate_limits: 'INCLUDE' }) }
  assert.equal(await of({ host: included, action: none }), 'undecided')
  assert.equal(await of({ action: limits(fixed) }, none), 'upstream')
  assert.equal(await of({ action: limits(fixed), host: perRoute(none) }), 'upstream')
  assert.equal(await of({ host: perRoute(limits(fixed)) }, none), 'undecided')
  const direct = { route: { direct_response: { status: 200 }, route: undefined }, host: limits(fixed) }
  assert.equal(await of(direct), '200')
})

test('a local rate limit needs a bucket and both shares', async () => {
  const bucket = { token_bucket: { max_tokens: 1, fill_interval: '1s' } }
  const on = { filter_enabled: share(100), filter_enforced: share(100) }
  const local = async (fields: JsonObject, proxy: Parameters<typeof filtered>[1] = {}) =>
    await filtered([filter('rl', http('local_ratelimit.v3.LocalRateLimit'), { stat_prefix: 'x', ...fields })], proxy)
  assert.equal(ending((await local({}))()), 'upstream')
  assert.equal(ending((await local(bucket))()), 'upstream')
  assert.equal(ending((await local({ ...bucket, filter_enabled: share(100) }))()), 'upstream')
  assert.equal(ending((await local({ ...bucket, ...on }))()), 'undecided')
  const entries = (value?: string) => [
    { entries: [{ key: 'user', ...(value === undefined ? {} : { value }) }], ...bucket },
  ]
  const ada = withHeaders(['x-user', 'ada'])
  const exact = await local({ ...on, descriptors: entries('ada') }, { action: limits(byUser) })
  assert.deepEqual([ending(exact()), ending(exact(ada))], ['upstream', 'undecided'])
  assert.equal(ending(exact(withHeaders(['x-user', 'bob']))), 'upstream')
  const wildcard = await local({ ...on, descriptors: entries() }, { host: limits(byUser) })
  assert.deepEqual([ending(wildcard()), ending(wildcard(ada))], ['upstream', 'undecided'])
  const own = {
    typed_per_filter_config: { rl: typed(http('local_ratelimit.v3.LocalRateLimit'), { ...bucket, ...on }) },
  }
  assert.equal(ending((await local({}, { host: own }))()), 'undecided')
})
