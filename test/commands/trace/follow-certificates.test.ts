import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Certificate } from '../../../src/envoy/certificates/certificates.ts'
import { blocksOf } from '../../../src/envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../../src/envoy/certificates/secret-parts.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { httpManager, listener, staticCluster, typed } from '../../analyses/trace/dump-of.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'

// Two proxies that speak mutual TLS, with certificates of the captured proxy; the program's clock in tests is at 2025-12-01.

const captured = await readDump(
  readFileSync(new URL('../../fixtures/certificates/config_dump.json', import.meta.url)),
  'certificates',
)

function certificatesOf(name: string): Certificate[] {
  return captured
    .named('secrets', name)
    .flatMap(({ resource }) => secretParts(resource))
    .flatMap((part) => blocksOf(part).flatMap((block) => ('certificate' in block ? [block.certificate] : [])))
}

const pem = (...certificates: (Certificate | undefined)[]): JsonObject => ({
  inline_string: certificates.map((certificate) => certificate?.x509.toString() ?? '').join(''),
})
const chainOf = (name: string): JsonObject => ({
  name,
  tls_certificate: { certificate_chain: pem(...certificatesOf(name)) },
})
const [root, , west] = certificatesOf('ROOTCA')
const rootsOf = (certificate: Certificate | undefined): JsonObject => ({
  validation_context: { trusted_ca: pem(certificate) },
})

const spiffe = 'spiffe://cluster.local/ns/shop/sa/soon'

interface Side {
  /** The captured secret that is shown; of `default`, cluster.local signed it, of `other-root` another root of that name. */
  readonly shows: string
  readonly trusts?: Certificate | undefined
  readonly names?: JsonObject[]
}

function tls(side: 'Upstream' | 'Downstream', { names = [] }: Side): JsonObject {
  const common = {
    tls_certificate_sds_secret_configs: [{ name: 'default' }],
    combined_validation_context: {
      default_validation_context: { match_typed_subject_alt_names: names },
      validation_context_sds_secret_config: { name: 'ROOTCA' },
    },
  }
  const more = side === 'Upstream' ? { sni: 'outbound_.80_._.reviews' } : { require_client_certificate: true }
  const type = `envoy.extensions.transport_sockets.tls.v3.${side}TlsContext`
  return { name: 'tls', typed_config: typed(type, { ...more, common_tls_context: common }) }
}

function dump({ shows, trusts = root }: Side, resources: { listeners: JsonObject[]; clusters: JsonObject[] }): string {
  const section = (message: string, fields: object) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const secrets = [
    { ...chainOf(shows), name: 'default' },
    { name: 'ROOTCA', ...rootsOf(trusts) },
  ]
  return JSON.stringify({
    configs: [
      section('BootstrapConfigDump', { bootstrap: {} }),
      section('ClustersConfigDump', { static_clusters: resources.clusters.map((cluster) => ({ cluster })) }),
      section('ListenersConfigDump', { static_listeners: resources.listeners.map((one) => ({ listener: one })) }),
      section('SecretsConfigDump', {
        dynamic_active_secrets: secrets.map((secret) => ({ name: secret.name, secret })),
      }),
    ],
  })
}

function manager(cluster: string): JsonObject {
  const route = { match: { prefix: '/' }, route: { cluster } }
  return httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [route] }] } })
}

async function follow(t: TestContext, client: Side, server: Side, endpoints = ['10.1.1.1:9080']) {
  const outbound = {
    ...staticCluster('outbound', ...endpoints),
    transport_socket: tls('Upstream', client),
  }
  const dumps = new Map([
    [
      'web',
      dump(client, {
        listeners: [listener('out', '0.0.0.0', 80, { filter_chains: [{ filters: [manager('outbound')] }] })],
        clusters: [outbound],
      }),
    ],
    [
      'reviews',
      dump(server, {
        listeners: [
          listener('in', '0.0.0.0', 9080, {
            filter_chains: [{ filters: [manager('app')], transport_socket: tls('Downstream', server) }],
          }),
        ],
        clusters: [staticCluster('app', '127.0.0.1:8080')],
      }),
    ],
  ])
  const mesh = await startMesh({
    pods: [meshPod('web', 'default', { ip: '10.1.1.9' }), meshPod('reviews', 'default', { ip: '10.1.1.1' })],
    answer: (pod, _, path) => (path.startsWith('config_dump') ? dumps.get(pod) : undefined),
  })
  t.after(() => mesh.close())
  return mesh.run('trace', 'web', 'http://reviews/', '--address', '10.0.0.1', '--follow', '--exit-code')
}

const named = (exact: string): JsonObject => ({ san_type: 'URI', matcher: { exact } })

test('certificates that both sides accept let the request through', async (t) => {
  const { code, out, err } = await follow(
    t,
    { shows: 'default', names: [named(spiffe)] },
    { shows: 'default', names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://cluster.local/' } }] },
  )
  assert.equal(code, 0, out + err)
  assert.equal(out.match(/=> sent upstream/g)?.length, 2, out)
  assert.match(out, /Then, in reviews\.default, at endpoint 10\.1\.1\.1:9080:/)
})

test('a server whose certificate has another name than the client expects is a 503 UF with both names', async (t) => {
  const { code, out } = await follow(
    t,
    { shows: 'default', names: [named('spiffe://cluster.local/ns/a/sa/b')] },
    { shows: 'default' },
  )
  assert.equal(code, 1)
  assert.doesNotMatch(out, /=> sent upstream/)
  assert.equal(out.match(/=> denied 503 UF upstream_reset_before_response_started/g)?.length, 2, out)
  assert.match(
    out,
    /web\.default does not accept certificate default of reviews\.default: it has URI:spiffe:\/\/cluster\.local\/ns\/shop\/sa\/soon, expected is spiffe:\/\/cluster\.local\/ns\/a\/sa\/b/,
  )
  assert.match(out, /Next: Does the pod run as the service account/)
})

test('a server of another root, and a client of another root, are a 503 UF', async (t) => {
  const server = await follow(t, { shows: 'default' }, { shows: 'other-root' })
  assert.match(
    server.out,
    /503 UF .*web\.default does not accept certificate default of reviews\.default: its root is another .* than the loaded one \(ROOTCA\)/,
  )
  assert.match(server.out, /Next: .*rootca-compare/)
  const client = await follow(t, { shows: 'other-root' }, { shows: 'default' })
  assert.match(client.out, /503 UF .*reviews\.default does not accept certificate default of web\.default/)
  const trust = await follow(t, { shows: 'default', trusts: west }, { shows: 'default' })
  assert.match(
    trust.out,
    /503 UF .*web\.default does not accept .*: its root is another O=cluster\.local than the loaded one \(ROOTCA\)/,
  )
})

test('a client of another trust domain is refused by the server', async (t) => {
  const { out } = await follow(
    t,
    { shows: 'default' },
    { shows: 'default', names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://other.domain/' } }] },
  )
  assert.match(
    out,
    /503 UF .*reviews\.default does not accept certificate default of web\.default: .*expected is starts with "spiffe:\/\/other\.domain\/"/,
  )
})

test('an expired certificate is a 503 UF', async (t) => {
  const { out } = await follow(t, { shows: 'default' }, { shows: 'expired' })
  assert.match(
    out,
    /503 UF .*does not accept certificate default of reviews\.default: it is valid from 2025-11-01T00:00:00Z to 2025-12-28T20:00:00Z/,
  )
})

test('of several endpoints those that were not followed are named, and the request may still arrive', async (t) => {
  const endpoints = ['10.1.1.1:9080', '10.1.1.2:9080', '10.1.1.3:9080']
  const { out } = await follow(t, { shows: 'default' }, { shows: 'other-root' }, endpoints)
  assert.match(
    out,
    /Then, in reviews\.default, at endpoint 10\.1\.1\.1:9080 \(not followed: 10\.1\.1\.2:9080, 10\.1\.1\.3:9080\):/,
  )
  assert.match(out, /=> sent upstream: goes to one of 3 endpoints/)
  assert.match(out, /=> denied 503 UF/)
})
