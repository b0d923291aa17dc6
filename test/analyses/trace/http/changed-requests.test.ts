import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, filter, get, typed } from '../dump-of.ts'
import { everything, httpProxy as proxy } from '../http-proxy.ts'

const httpFilters = (...filters: JsonObject[]) => ({
  http_filters: [...filters, filter('router', 'envoy.extensions.filters.http.router.v3.Router')],
})

test('redirects: scheme, host, port and path of the Location', async () => {
  const location = async (redirect: JsonObject, host: string, path: string, match: JsonObject = everything) =>
    ask(await proxy([{ match, redirect }]), get(host, path)).outcome.location
  assert.equal(
    await location({ prefix_rewrite: '/new', https_redirect: true }, 'h:80', '/old/a?x=1', { prefix: '/old' }),
    'https://h/new/a?x=1',
  )
  assert.equal(await location({ path_redirect: '/p' }, 'h', '/x?q=1'), 'http://h/p?q=1')
  assert.equal(await location({ path_redirect: '/p?z=1' }, 'h', '/x?q=1'), 'http://h/p?z=1')
  assert.equal(await location({ path_redirect: '/p', strip_query: true }, 'h', '/x?q=1'), 'http://h/p')
  assert.equal(await location({ port_redirect: 8443 }, 'h:80', '/x'), 'http://h:8443/x')
  assert.equal(await location({ path_redirect: 'p' }, 'h', '/x'), 'http://h/p')
})

test('rewrites change what goes upstream and do not route again', async () => {
  const upstream = async (match: JsonObject, action: JsonObject, path: string) =>
    ask(await proxy([{ match, route: { cluster: 'a', ...action } }]), get('h', path)).hops[0]?.upstream
  assert.deepEqual(await upstream({ prefix: '/a/' }, { prefix_rewrite: '/' }, '/a/b?q'), {
    path: '/b?q',
    authority: 'h',
  })
  assert.deepEqual(await upstream({ prefix: '/a' }, { prefix_rewrite: '/' }, '/a/b'), { path: '//b', authority: 'h' })
  assert.deepEqual(await upstream(everything, { host_rewrite_literal: 'x' }, '/'), { path: '/', authority: 'x' })
  const regex = { regex_rewrite: { pattern: { regex: '^/service/([^/]+)(/.*)$' }, substitution: '\\2/instance/\\1' } }
  assert.deepEqual(await upstream(everything, regex, '/service/foo/v1/api?x'), {
    path: '/v1/api/instance/foo?x',
    authority: 'h',
  })
})

test('header mutations of all levels apply; what comes to nothing is left out', async () => {
  const type = 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation'
  const set = (key: string, value: string) => ({
    mutations: {
      request_mutations: [{ append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }],
    },
  })
  const level = (key: string, value: string) => ({
    typed_per_filter_config: { hm: typed(`${type}PerRoute`, set(key, value)) },
  })
  const denied = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      action: 'DENY',
      policies: Object.fromEntries(
        ['kept', 'route', 'host'].map((value) => [
          value,
          { permissions: [{ header: { name: 'x-a', string_match: { exact: value } } }], principals: [{ any: true }] },
        ]),
      ),
    },
  })
  const details = async (name: string, value: string, more: JsonObject = {}): Promise<string | undefined> => {
    const manager = httpFilters(filter('hm', type, { ...set('x-a', '%REQ(x-none)%'), ...more }), denied)
    const route = { match: everything, route: { cluster: 'a' }, ...level('x-a', 'route') }
    const dump = await proxy([route], { manager, host: level(name, value) })
    return ask(dump, get('h', '/', [['x-a', 'kept']])).outcome.details
  }
  assert.equal(await details('x-a', 'host'), 'rbac_access_denied_matched_policy[host]')
  assert.equal(
    await details('x-a', 'host', { most_specific_header_mutations_wins: true }),
    'rbac_access_denied_matched_policy[route]',
  )
  assert.equal(await details('x-b', 'host'), 'rbac_access_denied_matched_policy[route]')
  const append = { mutations: { request_mutations: [{ append: { header: { key: 'x-a', value: 'host' } } }] } }
  const manager = httpFilters(filter('hm', type, append), denied)
  const added = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager })
  const outcome = ask(added, get('h', '/', [['x-a', 'sent']])).outcome.details
  assert.equal(outcome, 'rbac_access_denied_matched_policy[host]', 'an appended value is one for itself')
})

test('metadata: an own namespace by default, no number that is none, no overwriting unless allowed', async () => {
  const rule = (fields: JsonObject) =>
    filter('h', 'envoy.extensions.filters.http.header_to_metadata.v3.Config', {
      request_rules: [{ header: 'x-v', on_header_present: { key: 'v', ...fields } }],
    })
  const set = (fields: JsonObject) =>
    filter('s', 'envoy.extensions.filters.http.set_metadata.v3.Config', {
      metadata: [{ metadata_namespace: 'm', ...fields }],
    })
  const found = async (namespace: string, ...parts: (JsonObject | [string, string])[]): Promise<boolean> => {
    const filters = parts.filter((part): part is JsonObject => !Array.isArray(part))
    const sent = parts.filter((part): part is [string, string] => Array.isArray(part))
    const value = { string_match: { exact: 'x' } }
    const permission = { metadata: { filter: namespace, path: [{ key: 'v' }], value } }
    const rules = { action: 'DENY', policies: { p: { permissions: [permission], principals: [{ any: true }] } } }
    const rbac = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules })
    const manager = httpFilters(...filters, rbac)
    const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager })
    return ask(dump, get('h', '/', [['x-v', 'x'], ...sent])).outcome.status === 403
  }
  assert.equal(await found('envoy.lb', rule({})), false)
  assert.equal(await found('envoy.filters.http.header_to_metadata', rule({})), true)
  const x = set({ value: { v: 'x' } })
  assert.equal(await found('m', x, set({ value: { v: 'y' } })), true)
  assert.equal(await found('m', x, set({ value: { v: 'y' }, allow_overwrite: true })), false)
  assert.equal(await found('m', x, rule({ metadata_namespace: 'm', type: 'NUMBER' })), true)
  const missing = filter('h', 'envoy.extensions.filters.http.header_to_metadata.v3.Config', {
    request_rules: [{ header: 'x-empty', on_header_missing: { metadata_namespace: 'm', key: 'v', value: 'x' } }],
  })
  assert.equal(await found('m', set({ value: { v: 'y' } }), missing), true)
  assert.equal(
    await found('m', set({ value: { v: 'y' } }), missing, ['x-empty', '']),
    false,
    'an empty header is there',
  )
})
