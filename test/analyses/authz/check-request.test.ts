import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAuthzRequest } from '../../../src/analyses/authz/authz-request.ts'
import { checkRequest } from '../../../src/analyses/authz/check-request.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { filter, httpManager, listener, typed } from '../trace/dump-of.ts'

const action = (rule: string, what: string): JsonObject => ({
  action: { name: rule, typed_config: typed('envoy.config.rbac.v3.Action', { name: what, action: what }) },
})
const alice = {
  input: filter('header', 'envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: 'x-user' }),
  value_match: { exact: 'alice' },
}
const matcher = {
  matcher_list: { matchers: [{ predicate: { single_predicate: alice }, on_match: action('let-alice-in', 'ALLOW') }] },
  on_no_match: action('default', 'DENY'),
}

/** A dump with listeners only, as Envoy Gateway writes them: the policy is the route's, and names of rules are those of leaves. */
function dump() {
  const rbac = 'envoy.filters.http.rbac'
  const route_config = {
    virtual_hosts: [
      {
        name: 'v',
        domains: ['*'],
        routes: [
          {
            match: { prefix: '/shop' },
            route: { cluster: 'shop' },
            typed_per_filter_config: {
              [rbac]: typed('envoy.extensions.filters.http.rbac.v3.RBACPerRoute', { rbac: { matcher } }),
            },
          },
        ],
      },
    ],
  }
  const http_filters = [
    filter(rbac, 'envoy.extensions.filters.http.rbac.v3.RBAC'),
    filter('router', 'envoy.extensions.filters.http.router.v3.Router'),
  ]
  const own = listener('L', '0.0.0.0', 80, {
    filter_chains: [{ filters: [httpManager({ route_config, http_filters })] }],
  })
  const section = typed('envoy.admin.v3.ListenersConfigDump', { static_listeners: [{ listener: own }] })
  return readDump(new TextEncoder().encode(JSON.stringify({ configs: [section] })), 'test')
}

async function check(path: string, ...headers: [string, string][]) {
  const read = await dump()
  const { request } = resolveAuthzRequest({ hostUnknown: true, path, port: 80, headers }, read)
  const { verdict, policy, reason } = checkRequest(read, request).answer
  return { verdict, policy, reason: reason.text }
}

test('the rule has its own name; clusters that the dump lacks do not matter once every filter has spoken', async () => {
  assert.deepEqual(await check('/shop', ['x-user', 'alice']), {
    verdict: 'allowed',
    policy: 'let-alice-in',
    reason: 'policy let-alice-in allows it',
  })
})

test('the filter is not named twice', async () => {
  assert.deepEqual(await check('/shop'), { verdict: 'denied', policy: 'default', reason: 'policy default denies it' })
})

test('where no route matches the request, no policy of a route was asked', async () => {
  const { verdict, reason } = await check('/')
  assert.equal(verdict, 'allowed')
  assert.match(reason, /^no policy denies it; but no route of virtual host v matches the request$/)
})
