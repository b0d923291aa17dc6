import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter, typed } from '../dump-of.ts'
import { ending, filtered, http, share, withHeaders } from './filtered-proxy.ts'

const aborts = (status: number) =>
  typed(http('fault.v3.HTTPFault'), { abort: { http_status: status, percentage: { numerator: 100 } } })
const input = (message: string, name: string) => ({
  name: 'in',
  typed_config: typed(`envoy.type.matcher.v3.${message}`, { header_name: name }),
})
const tree = (map: JsonObject, more: JsonObject = {}, message = 'HttpRequestHeaderMatchInput'): JsonObject => ({
  matcher_tree: { input: input(message, 'x-m'), exact_match_map: { map } },
  ...more,
})
const action = (type: string, fields: JsonObject = {}) => ({ action: { name: 'a', typed_config: typed(type, fields) } })
const skip = action('envoy.extensions.filters.common.matcher.action.v3.SkipFilter')
const execute = (fields: JsonObject) => action(http('composite.v3.ExecuteFilterAction'), fields)
const inner = (config: JsonObject) => ({ typed_config: { name: 'fault', typed_config: config } })
const delegate = (extension: JsonObject, matcher?: JsonObject) =>
  filter('d', 'envoy.extensions.common.matching.v3.ExtensionWithMatcher', {
    extension_config: extension,
    ...(matcher === undefined ? {} : { xds_matcher: matcher }),
  })
const fault = { name: 'fault', typed_config: aborts(418) }
const composite = { name: 'composite', typed_config: typed(http('composite.v3.Composite')) }
const perRoute = (config: JsonObject) => ({ host: { typed_per_filter_config: { d: config } } })

async function endings(filters: JsonObject[], proxy = {}): Promise<string[]> {
  const ask = await filtered(filters, proxy)
  return [ask(), ask(withHeaders(['x-m', '1'])), ask(withHeaders(['x-m', '2']))].map(ending)
}

test('a matcher skips its filter by request headers, on no match too, and not by what only the response has', async () => {
  assert.deepEqual(await endings([delegate(fault, tree({ 1: skip }))]), ['418', 'upstream', '418'])
  assert.deepEqual(
    await endings([delegate(fault, tree({ 1: skip }, { on_no_match: skip }))]),
    Array(3).fill('upstream'),
  )
  const byResponse = tree({ 1: skip }, {}, 'HttpResponseHeaderMatchInput')
  assert.deepEqual(await endings([delegate(fault, byResponse)]), ['418', '418', '418'])
  assert.deepEqual(await endings([delegate(fault)]), Array(3).fill('upstream'))
})

test('a route brings another matcher, or another configuration of the filter inside', async () => {
  const other = typed('envoy.extensions.common.matching.v3.ExtensionWithMatcherPerRoute', {
    xds_matcher: tree({ 2: skip }),
  })
  const own = delegate(fault, tree({ 1: skip }))
  assert.deepEqual(await endings([own], perRoute(other)), ['418', '418', 'upstream'])
  assert.deepEqual(await endings([own], perRoute(aborts(419))), ['419', 'upstream', '419'])
})

test('Composite runs the filters that its matcher chooses', async () => {
  const matcher = tree({ 1: execute(inner(aborts(418))), 2: execute(inner(aborts(419))) })
  assert.deepEqual(await endings([delegate(composite, matcher)]), ['upstream', '418', '419'])
  const sampled = tree({ 1: execute({ ...inner(aborts(418)), sample_percent: share(0) }), 2: skip })
  assert.deepEqual(await endings([delegate(composite, sampled)]), Array(3).fill('upstream'))
  const mutation = typed(http('header_mutation.v3.HeaderMutation'), {
    mutations: { request_mutations: [{ append: { header: { key: 'r', value: 'x' } } }] },
  })
  const second = typed(http('fault.v3.HTTPFault'), {
    headers: [{ name: 'r', present_match: true }],
    abort: { http_status: 418, percentage: { numerator: 100 } },
  })
  const chain = [mutation, second].map((config) => ({ name: 'f', typed_config: config }))
  const chained = tree({ 1: execute({ filter_chain: { typed_config: chain } }) })
  assert.deepEqual(await endings([delegate(composite, chained)]), ['upstream', '418', 'upstream'])
  const dynamic = tree({ 1: execute({ dynamic_config: { name: 'x' } }) })
  assert.deepEqual(await endings([delegate(composite, dynamic)]), ['upstream', 'undecided', 'upstream'])
})

test('a filter inside that authorizes is one that authorizes', async () => {
  const extAuthz = { name: 'e', typed_config: typed(http('ext_authz.v3.ExtAuthz')) }
  const ask = await filtered([delegate(extAuthz, tree({ 1: skip }))])
  const verdict = ask().hops[0]?.filters?.[0]
  assert.deepEqual([verdict?.verdict, verdict?.authorizes], ['undecided', true])
  assert.equal(ending(ask(withHeaders(['x-m', '1']))), 'upstream')
})
