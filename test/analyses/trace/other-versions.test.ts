import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { adviceFor } from '../../../src/analyses/trace/advice/advice.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { ask, chain, filter, get, httpManager, listener, staticCluster, typed } from './dump-of.ts'

const captured = async (name: string) =>
  readDump(readFileSync(new URL(`../../fixtures/${name}/config_dump.json`, import.meta.url)), name)
const at = (address: string, port: number) => ({ destination: { address, port } })
const warnings = ({ hops }: ReturnType<typeof ask>) => hops.flatMap((hop) => (hop.warnings ?? []).map(reasonText))

test('a walk through a listener says that Envoy rejected its newer version, and why', async () => {
  const tls = { sni: 'shop.example.com', alpn: [] }
  const found = ask(await captured('rejected'), { ...at('192.0.2.2', 443), tls })
  assert.equal(found.outcome.kind, 'tcp')
  const [only, ...others] = warnings(found)
  assert.match(
    only ?? '',
    /^Envoy rejected a newer version of listener 0\.0\.0\.0_443 at 2025-.*: error adding listener/,
  )
  assert.match(only ?? '', /duplicate matcher/)
  assert.match(adviceFor(found.outcome, found.hops[0]) ?? '', /^Correct what the error names/)
  assert.deepEqual(others, [])
})

test('a rejected listener that would have taken the connection from the one that does is named', async () => {
  const found = ask(await captured('rejected'), { ...at('192.0.2.1', 80), ...get('x') })
  assert.equal(found.hops[0]?.listener, '0.0.0.0_80')
  assert.match(
    warnings(found).join(),
    /^listener 192\.0\.2\.1_80 for 192\.0\.2\.1:80 was rejected by Envoy: cannot bind/,
  )
  assert.deepEqual(warnings(ask(await captured('rejected'), { ...at('192.0.2.3', 80), ...get('x') })), [])
})

test('a newer version that warms, and an older one that drains, are told', async () => {
  const found = ask(await captured('updating'), { ...at('192.0.2.2', 8443), tls: { sni: 'x', alpn: [] } })
  assert.deepEqual(warnings(found), [
    'a newer version of listener 0.0.0.0_8443 is warming: Envoy does not use it yet; it waits for secret kubernetes://shop-cert',
  ])
})

test('what the version in use lacks may be in the newer one: what that waits for is told and advised', async () => {
  const secret = { name: 'lost-cert', sds_config: { ads: {} } }
  const tls = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: { tls_certificate_sds_secret_configs: [secret] },
  })
  const inspector = filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')
  const gateway = (...chains: JsonObject[]) =>
    listener('gw', '0.0.0.0', 443, { listener_filters: [inspector], filter_chains: chains })
  const old = chain('old', { server_names: ['old.test'] })
  const lost = {
    ...chain('lost', { server_names: ['lost.test'] }),
    transport_socket: { name: 'tls', typed_config: tls },
  }
  const both = { active_state: { listener: gateway(old) }, warming_state: { listener: gateway(old, lost) } }
  const dump = await dynamic({
    listeners: [{ name: 'gw', ...both }],
    secrets: [{ name: 'lost-cert', secret: { name: 'lost-cert' } }],
  })
  const found = ask(dump, { ...at('192.0.2.2', 443), tls: { sni: 'lost.test', alpn: [] } })
  assert.equal(found.outcome.kind, 'noFilterChain')
  assert.deepEqual(warnings(found), [
    'a newer version of listener gw is warming: Envoy does not use it yet; it waits for secret lost-cert',
  ])
  assert.match(
    adviceFor(found.outcome, found.hops[0]) ?? '',
    /^A newer version .* may have it: .*does the Secret exist/,
  )
})

test('a listener behind the redirect that was rejected is missed by name', async () => {
  const dump = await dynamic({
    listeners: [
      state('active_state', {
        ...listener('virtualOutbound', '0.0.0.0', 15001, { filter_chains: [chain('Passthrough')] }),
        use_original_dst: true,
      }),
      rejected(listener('10.0.0.1_9080', '10.0.0.1', 9080, { filter_chains: [chain('x')] }), 'no such filter'),
    ],
    clusters: [staticCluster('Passthrough', '1.1.1.1:1')],
  })
  const found = ask(dump, { ...at('10.0.0.1', 9080), redirect: 15001 })
  assert.equal(found.hops[0]?.listener, 'virtualOutbound')
  assert.deepEqual(warnings(found), ['listener 10.0.0.1_9080 for 10.0.0.1:9080 was rejected by Envoy: no such filter'])
})

test('route configurations and clusters have their other versions told once', async () => {
  const route = { match: { prefix: '/' }, route: { cluster: 'a' } }
  const table = { name: 'r', virtual_hosts: [{ name: 'v', domains: ['*'], routes: [route] }] }
  const dump = await dynamic({
    listeners: [
      state(
        'active_state',
        listener('L', '0.0.0.0', 80, {
          filter_chains: [{ filters: [httpManager({ rds: { route_config_name: 'r' } })] }],
        }),
      ),
      state('draining_state', listener('L', '0.0.0.0', 80, {})),
    ],
    routes: [{ route_config: table, error_state: { failed_configuration: table, details: 'bad regex' } }],
    clusters: [staticCluster('a', '1.1.1.1:1')],
    warming: [staticCluster('a', '2.2.2.2:2')],
  })
  assert.deepEqual(warnings(ask(dump, { ...at('10.0.0.1', 80), ...get('x') })), [
    'an older version of listener L is draining: connections from before still use it',
    'Envoy rejected a newer version of route configuration r: bad regex',
    'a newer version of cluster a is warming: Envoy does not use it yet',
  ])
})

interface Parts {
  readonly listeners: JsonObject[]
  readonly routes?: JsonObject[]
  readonly clusters?: JsonObject[]
  readonly warming?: JsonObject[]
  readonly secrets?: JsonObject[]
}

/** A dump as xDS leaves it. */
function dynamic({ listeners, routes = [], clusters = [], warming = [], secrets = [] }: Parts) {
  const section = (message: string, fields: JsonObject) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const configs = [
    section('BootstrapConfigDump', { bootstrap: {} }),
    section('ClustersConfigDump', {
      dynamic_active_clusters: clusters.map((cluster) => ({ cluster })),
      dynamic_warming_clusters: warming.map((cluster) => ({ cluster })),
    }),
    section('ListenersConfigDump', { dynamic_listeners: listeners }),
    section('RoutesConfigDump', { dynamic_route_configs: routes }),
    section('SecretsConfigDump', { dynamic_warming_secrets: secrets }),
  ]
  return readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
}

function state(name: string, resource: JsonObject): JsonObject {
  return { name: resource.name, [name]: { listener: resource } }
}

function rejected(resource: JsonObject, details: string): JsonObject {
  return { name: resource.name, error_state: { failed_configuration: resource, details } }
}
