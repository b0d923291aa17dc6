import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { resourceKinds } from '../../src/resources/index.ts'
import { outputValues } from '../output-values.ts'
import { runProgram } from '../run-program.ts'

const secret = 'tell-nobody'
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----\n`
const bytes = Buffer.from(pem).toString('base64')
const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })

/** A TLS context with its key in it, as a control plane sends it and an old Envoy dumps it. */
const tls = any('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
  common_tls_context: {
    tls_certificates: [
      { private_key: { inline_bytes: bytes }, password: { inline_string: secret }, pkcs12: { inline_bytes: bytes } },
    ],
  },
})
const socket = { name: 'envoy.transport_sockets.tls', typed_config: tls }
const wrapped = any('udpa.type.v1.TypedStruct', { type_url: 'x', value: { private_key: { inline_string: secret } } })
const cluster = any('envoy.config.cluster.v3.Cluster', { name: 'c', type: 'EDS', transport_socket: socket })
const listener = any('envoy.config.listener.v3.Listener', {
  name: 'l',
  filter_chains: [{ filters: [{ name: 'f', typed_config: wrapped }], transport_socket: socket }],
})
const route = any('envoy.config.route.v3.RouteConfiguration', {
  name: 'r',
  virtual_hosts: [
    {
      name: 'v',
      domains: ['*'],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }],
      typed_per_filter_config: {
        basic: any('envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute', {
          users: { inline_string: secret },
        }),
      },
    },
  ],
})
const held = (fields: object) => any('envoy.extensions.transport_sockets.tls.v3.Secret', fields)
const extension = any('envoy.config.core.v3.TypedExtensionConfig', { name: 'e', typed_config: wrapped })
const section = (name: string, fields: object) => any(`envoy.admin.v3.${name}ConfigDump`, fields)

const dump = JSON.stringify({
  configs: [
    section('Bootstrap', { bootstrap: { static_resources: { clusters: [cluster] } } }),
    section('Clusters', { dynamic_active_clusters: [{ cluster }] }),
    section('Listeners', { dynamic_listeners: [{ name: 'l', active_state: { listener } }] }),
    section('Routes', { dynamic_route_configs: [{ route_config: route }] }),
    section('ScopedRoutes', {
      inline_scoped_route_configs: [{ name: 's', scoped_route_configs: [{ name: 'k', route_configuration: route }] }],
    }),
    section('Endpoints', {
      dynamic_endpoint_configs: [{ endpoint_config: { cluster_name: 'c', note: pem, endpoints: [] } }],
    }),
    section('Secrets', {
      dynamic_active_secrets: [
        { name: 'a', secret: held({ name: 'a', tls_certificate: { private_key: { inline_string: secret } } }) },
        { name: 'b', secret: held({ name: 'b', tls_certificate: { certificate_chain: { inline_bytes: bytes } } }) },
        { name: 'c', secret: held({ name: 'c', generic_secret: { secret: { inline_string: secret } } }) },
        { name: 'd', secret: held({ name: 'd', session_ticket_keys: { keys: [{ inline_string: secret }] } }) },
      ],
    }),
    section('Ecds', { ecds_filters: [{ ecds_filter: extension }] }),
    any('vendor.Unknown', { anything: [{ privateKey: secret }, pem, bytes] }),
  ],
})

test('no secret of a dump is printed, whatever the command and the format', async () => {
  const names = ['all', 'certs', ...resourceKinds.map(({ name }) => name)]
  let printed = 0
  for (const name of names) {
    for (const format of outputValues) {
      const { out, err } = await runProgram([name, '--file', '-', '-o', format], { stdin: dump })
      assert.doesNotMatch(err, /defect/)
      assertNoSecret(out + err, `${name} -o ${format}`)
      if (out !== '') printed++
    }
  }
  assert.ok(printed > names.length * 4)
})

test('no secret is printed of two dumps that differ in it, or of what else is made from a dump', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, other] = [join(folder, 'envoy.json'), join(folder, 'istiod.json')]
  writeFileSync(own, dump)
  // The other side has other secrets, an empty list of them, and one more cluster.
  writeFileSync(other, dump.replaceAll(secret, `${secret}-either`).replaceAll('"name":"c","type":"EDS"', '"name":"c2"'))
  const commands = [
    ['status', '--file', own, '--control-plane-file', other],
    ['status', '--file', own],
    ['describe', 'service', 'c', '--file', own],
    ['authz', '--file', own],
    ['trace', '--file', own, 'http://v/'],
    ['rootca-compare', '--file', own, '--file', other],
  ]
  for (const words of commands) {
    for (const format of [...outputValues, ...(words.length === 5 ? ['unified'] : [])]) {
      const { out, err } = await runProgram([...words, '-o', format])
      assert.doesNotMatch(err, /defect/, `${words[0]} -o ${format}`)
      assertNoSecret(out + err, `${words[0]} -o ${format}`)
    }
  }
})

function assertNoSecret(printed: string, what: string): void {
  const text = [printed, ...(printed.match(/[A-Za-z0-9+/=]{40,}/g) ?? []).map(decode)].join('\n')
  assert.doesNotMatch(text, /tell-nobody/, what)
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
