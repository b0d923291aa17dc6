import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { Certificate } from '../../../src/envoy/certificates/certificates.ts'
import { blocksOf } from '../../../src/envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../../src/envoy/certificates/secret-parts.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { httpManager, listener, staticCluster, typed } from '../../analyses/trace/dump-of.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

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
const chainOf = (name: string, isWhole: boolean): JsonObject => ({
  name,
  tls_certificate: { certificate_chain: pem(...certificatesOf(name).slice(0, isWhole ? undefined : 1)) },
})
const [root, , westRoot] = certificatesOf('ROOTCA')
/** The root of another trust domain. */
export const west: Certificate | undefined = westRoot
const rootsOf = (certificate: Certificate | undefined): JsonObject => ({
  validation_context: { trusted_ca: pem(certificate) },
})

export const spiffe = 'spiffe://cluster.local/ns/shop/sa/soon'

export interface Side {
  /** The captured secret that is shown; of `default`, cluster.local signed it, of `other-root` another root of that name. */
  readonly shows: string
  /** Undefined for the root of cluster.local; `nobody` where certificates of the other side are not looked at: its dump then has no issuer. */
  readonly trusts?: Certificate | 'nobody' | undefined
  readonly names?: JsonObject[]
}

function tls(side: 'Upstream' | 'Downstream', { names = [], trusts }: Side): JsonObject {
  const validation = {
    combined_validation_context: {
      default_validation_context: { match_typed_subject_alt_names: names },
      validation_context_sds_secret_config: { name: 'ROOTCA' },
    },
  }
  const common = {
    tls_certificate_sds_secret_configs: [{ name: 'default' }],
    ...(trusts === 'nobody' ? {} : validation),
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
    { ...chainOf(shows, trusts !== 'nobody'), name: 'default' },
    ...(trusts === 'nobody' ? [] : [{ name: 'ROOTCA', ...rootsOf(trusts) }]),
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

/** A cluster of them, `web` that sends to `reviews`; it is closed at the end of the test. */
export async function twoProxies(
  t: TestContext,
  client: Side,
  server: Side,
  endpoints = ['10.1.1.1:9080'],
): Promise<RunningMesh> {
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
  return mesh
}
