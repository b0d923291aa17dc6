import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authzPolicies } from '../../../src/analyses/authz/policies.ts'
import { columnsOf } from '../../../src/analyses/authz/policies-view.ts'
import { placeText } from '../../../src/analyses/authz/rbac-filters.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { dumpOf, filter, httpManager, listener, typed } from '../trace/dump-of.ts'

const rbacName = 'envoy.filters.http.rbac'
const rbacType = 'envoy.extensions.filters.http.rbac.v3.RBAC'
const perRoute = 'envoy.extensions.filters.http.rbac.v3.RBACPerRoute'

const action = (name: string, what: string): JsonObject => ({
  action: { name, typed_config: typed('envoy.config.rbac.v3.Action', { name: what, action: what }) },
})

const user = (value: string): JsonObject => ({
  single_predicate: {
    input: filter('header', 'envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: 'x-user' }),
    value_match: { exact: value },
  },
})

/** Rules in the order that is given: name, action, value of the header; what is left is denied. */
function matcherOf(...rules: readonly (readonly [name: string, what: string, value: string])[]): JsonObject {
  const matchers = rules.map(([name, what, value]) => ({ predicate: user(value), on_match: action(name, what) }))
  return { matcher_list: { matchers }, on_no_match: action('default', 'DENY') }
}

const override = (rbac: JsonObject): JsonObject => ({ [rbacName]: typed(perRoute, { rbac }) })
const any: JsonObject = { permissions: [{ any: true }], principals: [{ any: true }] }

async function policiesOf(listeners: JsonObject[], routes: JsonObject[] = []) {
  const policies = authzPolicies(await dumpOf({ listeners, routes }))
  const rows = policies.map(({ action, name, rules, locations }) =>
    [action, name, rules.map(({ words }) => words).join(' | '), locations.map(placeText).join('; ')].join(', '),
  )
  return { policies, rows, columns: columnsOf(policies) }
}

test('the order of a matcher stays: the first that matches counts', async () => {
  const matcher = matcherOf(['z', 'ALLOW', 'z'], ['m', 'DENY', 'm'], ['a', 'ALLOW', 'a'])
  const http_filters = [filter(rbacName, rbacType, { matcher })]
  const { rows } = await policiesOf([
    listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [httpManager({ http_filters })] }] }),
  ])
  assert.deepEqual(rows, [
    'ALLOW, z, header x-user z, L',
    'DENY, m, header x-user m, L',
    'ALLOW, a, header x-user a, L',
    'DENY, default, anything else, L',
  ])
})

test('equal names in different places stay apart, and each default says where it holds', async () => {
  const route = (name: string, value: string): JsonObject => ({
    name,
    match: { prefix: `/${name}` },
    route: { cluster: 'c' },
    typed_per_filter_config: override({ matcher: matcherOf(['office', 'ALLOW', value]) }),
  })
  const table = {
    name: 'T',
    virtual_hosts: [{ name: 'V', domains: ['*'], routes: [route('a', '1'), route('b', '2')] }],
  }
  const { rows, columns } = await policiesOf([], [table])
  assert.deepEqual(rows, [
    'ALLOW, office, header x-user 1, route T V a',
    'DENY, default, anything else, route T V a',
    'ALLOW, office, header x-user 2, route T V b',
    'DENY, default, anything else, route T V b',
  ])
  assert.equal(columns.find(({ key }) => key === 'locations')?.wide, undefined, 'the place is shown')
})

test('equal names in two filters of a chain, and twice in one matcher, stay apart', async () => {
  const http_filters = [
    filter('first', rbacType, { matcher: matcherOf(['x', 'ALLOW', '1'], ['x', 'DENY', '2']) }),
    filter('second', rbacType, { rules: { policies: { x: any } } }),
  ]
  const { policies, rows } = await policiesOf([
    listener('L', '0.0.0.0', 80, { filter_chains: [{ name: 'C', filters: [httpManager({ http_filters })] }] }),
  ])
  assert.deepEqual(rows, [
    'ALLOW, x, header x-user 1, L C',
    'DENY, x, header x-user 2, L C',
    'DENY, default, anything else, L C',
    'ALLOW, x, always, L C',
  ])
  assert.deepEqual(
    policies.map(({ locations }) => locations.map((location) => location.filter)),
    [['first'], ['first'], ['first'], ['second']],
  )
})

test("Istio's policies are one row each, gathered from all filter chains; what a filter tries first comes first", async () => {
  const rules = (...names: string[]) => ({
    action: 'DENY',
    policies: Object.fromEntries(names.map((name) => [`ns[web]-policy[${name}]-rule[0]`, any])),
  })
  const chain = (name: string): JsonObject => ({
    name,
    filters: [
      filter('tcp', 'envoy.extensions.filters.network.rbac.v3.RBAC', { rules: rules('b', 'a') }),
      httpManager({ http_filters: [filter(rbacName, rbacType, { rules: rules('b', 'a') })] }),
    ],
  })
  const { policies, rows, columns } = await policiesOf([
    listener('L', '0.0.0.0', 80, { filter_chains: [chain('one'), chain('two')] }),
  ])
  const places = 'L one; L one; L two; L two'
  assert.deepEqual(rows, [`DENY, a.web, always | always, ${places}`, `DENY, b.web, always | always, ${places}`])
  assert.deepEqual(policies[0]?.layers, ['HTTP', 'TCP'])
  assert.equal(columns.find(({ key }) => key === 'locations')?.wide, true)
})

test('every level of a route configuration is a place, also of one inside a listener', async () => {
  const rbac = override({ rules: { policies: { p: any } } })
  const routes = [
    {
      name: 'R',
      match: { prefix: '/' },
      route: { weighted_clusters: { clusters: [{ name: 'w', weight: 1, typed_per_filter_config: rbac }] } },
      typed_per_filter_config: rbac,
    },
  ]
  const table = {
    name: 'T',
    typed_per_filter_config: rbac,
    virtual_hosts: [{ name: 'V', domains: ['*'], typed_per_filter_config: rbac, routes }],
  }
  const { rows } = await policiesOf([], [table])
  const places = ['route T', 'route T V', 'route T V R', 'route T V R w']
  assert.deepEqual(
    rows,
    places.map((place) => `ALLOW, p, always, ${place}`),
  )
  const inside = listener('L', '0.0.0.0', 80, {
    filter_chains: [{ name: 'C', filters: [httpManager({ route_config: table })] }],
  })
  assert.deepEqual(
    (await policiesOf([inside])).rows,
    places.map((place) => `ALLOW, p, always, L C ${place}`),
  )
})

test('policies of Kuma are called as their objects, in rules and in matchers', async () => {
  const id = 'kri_mtp_default_east_shop_web-only_'
  const rules = { action: 'ALLOW', policies: { [id]: any } }
  const http_filters = [
    filter(rbacName, rbacType, { rules }),
    filter(rbacName, rbacType, { matcher: matcherOf([id, 'ALLOW', 'z']) }),
  ]
  const { policies } = await policiesOf([
    listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [httpManager({ http_filters })] }] }),
  ])
  const name = 'meshtrafficpermission/web-only.shop'
  assert.deepEqual(
    policies.map((policy) => policy.name),
    [name, name, 'default'],
  )
  assert.equal(policies[0]?.rules[0]?.id, id, 'the document keeps the name that Envoy has')
})
