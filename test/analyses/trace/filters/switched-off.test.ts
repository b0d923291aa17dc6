import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter, typed } from '../dump-of.ts'
import { ending, filtered, http, share, withHeaders } from './filtered-proxy.ts'

const filterConfig = (fields: JsonObject) => typed('envoy.config.route.v3.FilterConfig', fields)
const perFilter = (config: JsonObject) => ({ typed_per_filter_config: { f: config } })
const extAuthz = (fields: JsonObject = {}) => filter('f', http('ext_authz.v3.ExtAuthz'), fields)

test('every per-route message that can switch its filter off does', async () => {
  const switches: [JsonObject, string][] = [
    [extAuthz(), 'ext_authz.v3.ExtAuthzPerRoute'],
    [filter('f', http('ext_proc.v3.ExternalProcessor')), 'ext_proc.v3.ExtProcPerRoute'],
    [filter('f', http('lua.v3.Lua'), { inline_code: 'x' }), 'lua.v3.LuaPerRoute'],
    [
      filter('f', http('jwt_authn.v3.JwtAuthentication'), {
        providers: { p: {} },
        rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p' } }],
      }),
      'jwt_authn.v3.PerRouteConfig',
    ],
  ]
  for (const [own, perRoute] of switches) {
    assert.notEqual(ending((await filtered([own]))()), 'upstream', perRoute)
    const off = perFilter(typed(http(perRoute), { disabled: true }))
    for (const level of [{ route: off }, { host: off }]) {
      const alternative = (await filtered([own], level))()
      assert.equal(ending(alternative), 'upstream', perRoute)
      assert.equal(alternative.hops[0]?.filters?.[0]?.verdict, 'disabled')
    }
    const wrapped = perFilter(filterConfig({ config: typed(http(perRoute), { disabled: true }) }))
    assert.equal(ending((await filtered([own], { host: wrapped }))()), 'upstream', perRoute)
  }
})

test('a FilterConfig switches off at every level, and the most specific one counts', async () => {
  const off = perFilter(filterConfig({ disabled: true }))
  const on = perFilter(filterConfig({ config: {} }))
  assert.equal(ending((await filtered([extAuthz()], { host: off }))()), 'upstream')
  assert.equal(ending((await filtered([extAuthz()], { route: off, host: on }))()), 'upstream')
  assert.equal(ending((await filtered([extAuthz()], { route: on, host: off }))()), 'undecided')
  const disabled = { ...extAuthz(), disabled: true }
  assert.equal(ending((await filtered([disabled]))()), 'upstream')
  assert.equal(ending((await filtered([disabled], { route: on }))()), 'undecided')
})

test('ext_authz: filter_enabled, metadata and deny_at_disable', async () => {
  const flag = { default_value: true, runtime_key: 'x' }
  const metadata = {
    filter_enabled_metadata: { filter: 'a', path: [{ key: 'b' }], value: { string_match: { exact: 'c' } } },
  }
  const of = async (fields: JsonObject) => ending((await filtered([extAuthz(fields)]))())
  assert.equal(await of({ filter_enabled: share(0) }), 'upstream')
  assert.equal(await of({ filter_enabled: share(0), deny_at_disable: flag }), '403')
  assert.equal(await of({ filter_enabled: share(0), deny_at_disable: flag, status_on_error: { code: 503 } }), '503')
  const named = { code: 'ServiceUnavailable' }
  assert.equal(await of({ filter_enabled: share(0), deny_at_disable: flag, status_on_error: named }), '503')
  assert.equal(await of(metadata), 'upstream')
  const set = filter('m', http('set_metadata.v3.Config'), {
    metadata: [{ metadata_namespace: 'a', value: { b: 'c' } }],
  })
  assert.equal(ending((await filtered([set, extAuthz(metadata)]))()), 'undecided')
  const lua = filter('lua', http('lua.v3.Lua'), { inline_code: 'x' })
  const afterScript = (await filtered([lua, extAuthz(metadata)]))()
  assert.equal(afterScript.hops[0]?.filters?.[1]?.verdict, 'undecided')
  const nowhere = await filtered([extAuthz()], { route: { match: { prefix: '/other' } } })
  assert.equal(ending(nowhere()), '404')
})

test('ext_proc that is shown nothing of a request, or only watches, decides nothing', async () => {
  const of = async (fields: JsonObject, proxy = {}) =>
    ending((await filtered([filter('f', http('ext_proc.v3.ExternalProcessor'), fields)], proxy))())
  const skip = { processing_mode: { request_header_mode: 'SKIP' } }
  assert.equal(await of({}), 'undecided')
  assert.equal(await of(skip), 'upstream')
  assert.equal(await of({ processing_mode: { ...skip.processing_mode, request_body_mode: 'BUFFERED' } }), 'undecided')
  assert.equal(await of({ observability_mode: true }), 'upstream')
  const perRoute = typed(http('ext_proc.v3.ExtProcPerRoute'), { overrides: skip })
  assert.equal(await of({}, { host: perFilter(perRoute) }), 'upstream')
})

test('flags of other filters', async () => {
  const of = async (message: string, fields: JsonObject, proxy = {}) =>
    ending((await filtered([filter('f', http(message), fields)], proxy))())
  const off = { enabled: { default_value: false, runtime_key: 'x' } }
  for (const message of ['admission_control.v3.AdmissionControl', 'adaptive_concurrency.v3.AdaptiveConcurrency']) {
    assert.equal(await of(message, {}), 'undecided')
    assert.equal(await of(message, off), 'upstream')
  }
  assert.equal(await of('bandwidth_limit.v3.BandwidthLimit', { enable_mode: 'REQUEST' }), 'upstream')
  assert.equal(await of('cache.v3.CacheConfig', {}), 'undecided')
  assert.equal(await of('cache.v3.CacheConfig', { disabled: true }), 'upstream')
  const plugins = { plugins_config: { go: { disabled: true } } }
  const perRoute = typed(http('golang.v3alpha.ConfigsPerRoute'), plugins)
  assert.equal(await of('golang.v3alpha.Config', { plugin_name: 'go' }), 'undecided')
  assert.equal(await of('golang.v3alpha.Config', { plugin_name: 'go' }, { host: perFilter(perRoute) }), 'upstream')
  const cached = await filtered([filter('f', http('cache.v3.CacheConfig'))])
  assert.equal(ending(cached({ http: { method: 'POST', authority: 'h', path: '/', headers: [] } })), 'upstream')
  assert.equal(ending(cached(withHeaders(['authorization', 'x']))), 'upstream')
})

test('a filter whose configuration has not come by ECDS answers 500, unless it is off or has a default', async () => {
  const discovered = (fields: JsonObject = {}) => ({
    name: 'f',
    config_discovery: { config_source: { ads: {} }, ...fields },
  })
  const { outcome } = (await filtered([discovered()]))()
  assert.deepEqual([outcome.kind, outcome.status, outcome.flags], ['denied', 500, 'NFCF'])
  const off = { host: perFilter(filterConfig({ disabled: true })) }
  assert.equal(ending((await filtered([discovered()], off))()), 'upstream')
  const byDefault = discovered({ default_config: typed(http('buffer.v3.Buffer')) })
  assert.equal(ending((await filtered([byDefault]))()), 'upstream')
  // Dumps of Envoy before 1.25 need not hold what ECDS delivers.
  const old = { node: { user_agent_build_version: { version: { major_number: 1, minor_number: 20 } } } }
  assert.equal(ending((await filtered([discovered()], { bootstrap: old }))()), 'undecided')
})
