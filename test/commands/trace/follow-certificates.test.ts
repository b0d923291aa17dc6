import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { type Side, spiffe, twoProxies, west } from './two-proxies.ts'

async function follow(t: TestContext, client: Side, server: Side, endpoints?: string[]) {
  const mesh = await twoProxies(t, client, server, endpoints)
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
