import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { adviceFor } from '../../../src/analyses/trace/advice/advice.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { chain, listener, staticCluster, typed } from './dump-of.ts'

interface Wrapper {
  readonly name: string
  readonly secret: { readonly tls_certificate?: JsonObject; readonly validation_context?: JsonObject }
}

/** Secrets of the captured proxy: `default` has no DNS name, `expired` ended on 2025-12-28T20:00:00Z. */
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/certificates/config_dump.json', import.meta.url), 'utf8'),
) as { configs: { '@type': string; dynamic_active_secrets?: Wrapper[] }[] }
const captured = fixture.configs.flatMap((section) => section.dynamic_active_secrets ?? [])

const tls = (side: string, common: JsonObject): JsonObject => ({
  name: 'tls',
  typed_config: typed(`envoy.extensions.transport_sockets.tls.v3.${side}TlsContext`, { common_tls_context: common }),
})
const secretsOf = (...names: string[]): JsonObject => ({
  tls_certificate_sds_secret_configs: names.map((name) => ({ name })),
})

async function ask(downstream: JsonObject, upstream: JsonObject, sni: string, now: string): Promise<Alternative> {
  const cluster = { ...staticCluster('a', '1.1.1.1:1'), transport_socket: tls('Upstream', upstream) }
  const listeners = [
    listener('L', '0.0.0.0', 443, {
      filter_chains: [{ ...chain('a'), transport_socket: tls('Downstream', downstream) }],
    }),
  ]
  const section = (message: string, fields: object) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const configs = [
    section('ClustersConfigDump', { static_clusters: [{ cluster }] }),
    section('ListenersConfigDump', { static_listeners: listeners.map((one) => ({ listener: one })) }),
    section('SecretsConfigDump', {
      dynamic_active_secrets: captured,
      dynamic_warming_secrets: [{ name: 'to-come', secret: { name: 'to-come' } }],
    }),
  ]
  const dump = await readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
  const [only] = trace({
    dump,
    request: { destination: { address: '10.0.0.1', port: 443 }, protocol: 'tcp', tls: { sni } },
    now: new Date(now),
  }).alternatives
  assert.ok(only)
  return only
}

test('an expired certificate is told with the moment it ended, on both sides, and not a second before', async () => {
  const before = await ask(secretsOf('expired'), secretsOf('expired'), 'expired.example.com', '2025-12-28T19:59:59Z')
  assert.equal(before.hops[0]?.warnings, undefined)
  assert.equal(adviceFor(before.outcome, before.hops[0]), undefined)
  const after = await ask(secretsOf('expired'), secretsOf('expired'), 'expired.example.com', '2025-12-28T20:00:01Z')
  assert.equal(after.outcome.kind, 'tcp')
  assert.deepEqual(after.hops[0]?.warnings?.map(reasonText), [
    'certificate expired expired on 2025-12-28T20:00:00Z: clients that check it close the connection',
    'certificate expired expired on 2025-12-28T20:00:00Z: a server that checks it refuses the connection',
  ])
  assert.match(adviceFor(after.outcome, after.hops[0]) ?? '', /^Renew the certificate/)
})

test('the certificate is chosen by the server name; the first one is served when none has it', async () => {
  const both = secretsOf('default', 'expired')
  const at = '2025-12-01T00:00:00Z'
  const named = await ask(both, {}, 'expired.example.com', at)
  assert.equal(named.hops[0]?.certificate?.name, 'expired')
  assert.equal(named.hops[0]?.certificate?.notAfter, '2025-12-28T20:00:00Z')
  assert.deepEqual(named.hops[0]?.certificate?.names, ['DNS:expired.example.com'])
  const other = await ask(both, {}, 'other.example.com', at)
  assert.equal(other.hops[0]?.certificate?.name, 'default')
  assert.deepEqual(other.hops[0]?.warnings?.map(reasonText), [
    'certificate default does not have the name other.example.com: clients that check it refuse it',
  ])
  // A mesh certificate has no DNS names, and its clients do not look for one.
  assert.equal((await ask(secretsOf('default'), {}, 'other.example.com', at)).hops[0]?.warnings, undefined)
})

test('roots count as expired when all of them are', async () => {
  const roots = captured.find(({ secret }) => secret.validation_context !== undefined)?.name ?? ''
  const context = { validation_context_sds_secret_config: { name: roots } }
  const later = await ask({}, context, 'x', '2099-01-01T00:00:00Z')
  assert.match(
    later.hops[0]?.warnings?.map(reasonText).join() ?? '',
    /^(the|every) root in \S+ expired on .*: no server can be verified$/,
  )
  assert.equal((await ask({}, context, 'x', '2026-01-01T00:00:00Z')).hops[0]?.warnings, undefined)
})

test('connections end while a secret of the chain has not come; for a cluster it is a warning', async () => {
  const { outcome, hops } = await ask(secretsOf('to-come'), {}, 'x', '2026-01-01T00:00:00Z')
  assert.deepEqual([outcome.kind, outcome.details], ['denied', 'secret_not_supplied'])
  assert.match(adviceFor(outcome, hops[0]) ?? '', /^Does that Secret exist/)
  const upstream = await ask({}, secretsOf('to-come'), 'x', '2026-01-01T00:00:00Z')
  assert.match(
    upstream.hops[0]?.warnings?.map(reasonText).join() ?? '',
    /^secret to-come is still warming: connections to the cluster fail/,
  )
})
