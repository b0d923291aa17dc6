import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { comparison, told } from './proxies.ts'

interface Loaded {
  readonly listeners?: readonly Json[]
  readonly draining?: readonly Json[]
  readonly routes?: readonly string[]
  readonly inline?: readonly string[]
  readonly scopes?: readonly Json[]
  readonly secrets?: readonly string[]
  readonly extensions?: readonly string[]
  readonly clusters?: readonly Json[]
  /** Sections that the dump lacks. */
  readonly lacks?: readonly string[]
}

function proxy(loaded: Loaded): JsonObject {
  const { listeners = [], draining = [], routes = [], inline = [], scopes, secrets = [], extensions = [] } = loaded
  const section = (message: string, rest: JsonObject) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...rest,
  })
  const route = (name: string) => ({ route_config: { name } })
  const configs = [
    section('BootstrapConfigDump', { bootstrap: { node: { id: 'x' } } }),
    section('ClustersConfigDump', {
      dynamic_active_clusters: (loaded.clusters ?? []).map((cluster) => ({ cluster })),
    }),
    section('ListenersConfigDump', {
      dynamic_listeners: [
        ...listeners.map((listener) => ({ active_state: { listener } })),
        ...draining.map((listener) => ({ draining_state: { listener } })),
      ],
    }),
    section('RoutesConfigDump', { dynamic_route_configs: routes.map(route), static_route_configs: inline.map(route) }),
    section('SecretsConfigDump', { dynamic_active_secrets: secrets.map((name) => ({ name, secret: { name } })) }),
    section('EcdsConfigDump', { ecds_filters: extensions.map((name) => ({ ecds_filter: { name } })) }),
    ...(scopes === undefined
      ? []
      : [
          section('ScopedRoutesConfigDump', {
            dynamic_scoped_route_configs: [{ name: 's', scoped_route_configs: [...scopes] }],
          }),
        ]),
  ]
  return { configs: configs.filter((one) => !loaded.lacks?.some((message) => one['@type'].endsWith(message))) }
}

/** A listener that names all this, in the parts of it where Envoy has it. */
function listener(name: string, parts: JsonObject): JsonObject {
  return { name, filter_chains: [{ filters: [{ name: 'http', typed_config: parts }] }] }
}
const secret = (name: string) => ({ tls_certificate_sds_secret_configs: [{ name, sds_config: { ads: {} } }] })

const common = listener('web', { rds: { route_config_name: '80' } })
const base: Loaded = { listeners: [common], routes: ['80'] }
const gone = listener('gone', {
  rds: { route_config_name: '8877' },
  http_filters: [{ name: 'wasm', config_discovery: {} }],
  ...secret('kubernetes://gone'),
})

test('what only a listener names that drains, or that is gone, is no difference, and is counted', async () => {
  const older: Loaded = {
    ...base,
    routes: ['80', '8877'],
    inline: ['inbound|1||'],
    secrets: ['kubernetes://gone'],
    extensions: ['wasm'],
  }
  for (const draining of [[gone], []])
    for (const [before, after] of [
      [{ ...older, draining }, base],
      [base, { ...older, draining }],
    ] as const) {
      const found = await comparison(proxy(before), proxy(after))
      assert.deepEqual([told(found), found.match], [[], true])
      const left = found.kinds.flatMap(({ kind, left: rules }) => [...rules].map((rule) => [kind, ...rule]))
      assert.deepEqual(left, [
        ['routes', 'draining', 2],
        ['secrets', 'draining', 1],
        ['ecds', 'draining', 1],
      ])
    }
  assert.deepEqual(told(await comparison(proxy(older), proxy(base), { identity: true })), [
    'routes - 8877',
    'routes - inbound|1||',
    'secrets - kubernetes://gone',
    'ecds - wasm',
  ])
})

for (const [what, more, difference] of [
  ['a listener in use', { listeners: [common, gone] }, 'routes - 8877'],
  ['a scope', { scopes: [{ name: 'a', route_configuration_name: '8877' }] }, 'routes - 8877'],
  [
    'a cluster',
    { clusters: [{ name: 'c', transport_socket: secret('kubernetes://gone') }] },
    'secrets - kubernetes://gone',
  ],
] as const)
  test(`what ${what} names is a difference`, async () => {
    const before = { ...base, routes: ['80', '8877'], secrets: ['kubernetes://gone'], ...more }
    assert.ok(told(await comparison(proxy(before), proxy(base))).includes(difference))
  })

test('an inline route configuration of a listener in use is a difference', async () => {
  const inbound = listener('in', { route_config: { name: 'inbound|1||' } })
  const before = { ...base, listeners: [common, inbound], inline: ['inbound|1||'] }
  assert.deepEqual(told(await comparison(proxy(before), proxy(base))), ['listeners - in', 'routes - inbound|1||'])
})

for (const lacks of ['BootstrapConfigDump', 'ListenersConfigDump', 'ClustersConfigDump'])
  test(`of a dump without ${lacks} nobody knows what names a resource`, async () => {
    const masked = { lacks: [lacks], routes: ['80', '8877'] }
    assert.deepEqual(told(await comparison(proxy(masked), proxy(base), { kinds: ['routes'] })), ['routes - 8877'])
  })

test('a resource that both have and that differs is a difference, whoever names it', async () => {
  const dump = (domain: string) => {
    const { configs } = proxy({ listeners: [common] })
    const routes = {
      '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
      dynamic_route_configs: [{ route_config: { name: '8877', virtual_hosts: [{ name: 'v', domains: [domain] }] } }],
    }
    return { configs: [...(Array.isArray(configs) ? configs : []), routes] }
  }
  assert.equal(told(await comparison(dump('a'), dump('b'))).length > 0, true)
})
