import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { savedTime } from '../../src/envoy/dump/saved-time.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { lintedOf } from '../../src/lint/proxy/linted.ts'
import { rules } from '../../src/lint/rules/index.ts'
import { checkProxy } from '../../src/lint/run/check-proxy.ts'

const folder = join(import.meta.dirname, '../fixtures')

/** Each finding of `core` in the captured proxies with the reason why it is right: what stands there is so on purpose. */
const explained: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aggregate: { 'aggregate-member-missing clusters/failover': 'its last member is not-there' },
  authz: {
    'auth-fails-open listeners/virtualInbound': 'failure_mode_allow',
    'fault-injection-left-on routes/inbound|8080||': 'faults of the route',
  },
  certificates: {
    'certificate-not-for-host listeners/tls': 'a certificate of below.example.com for through-issuer.example.com',
    'certificate-not-yet-valid secrets/inline-string': 'of March 2026, which is after the times of the dump',
  },
  gateway: {
    'certificate-expired secrets/kubernetes://expired-cert': 'of 2024',
    'hash-lb-without-key routes/https.443.https.public.shop': 'a cluster that hashes, and routes without a policy',
    'hash-policy-ineffective routes/https.443.https.public.shop': 'a policy, and a cluster that does not hash',
    'route-reads-claims-without-jwt routes/https.443.https.public.shop':
      'a route for beta users, and no filter that verifies tokens',
  },
  internal: { 'upstream-identity-not-checked clusters/outbound-tunnel': 'roots without names' },
  rejected: {
    'update-rejected listeners/0.0.0.0_443': 'what it is for',
    'update-rejected listeners/0.0.0.0_9001': 'what it is for',
    'update-rejected listeners/192.0.2.1_80': 'what it is for',
    'update-rejected listeners/twin_9000': 'what it is for',
  },
  sidecar: {
    'cluster-empty-and-used clusters/outbound|27017||mongodb.default.svc.cluster.local': 'nothing runs there',
    'cluster-empty-and-used clusters/outbound|443||api.example.com': 'the name does not resolve',
    'fault-injection-left-on routes/9080': 'faults of the VirtualService',
    'upstream-not-verified clusters/outbound|443||api.example.com': 'a DestinationRule SIMPLE without roots',
  },
  tcp: { 'tap-or-debug-filter-left listeners/echo': 'the echo filter' },
}

test('core finds nothing in the captured proxies but what is wrong in them', async () => {
  const core = rules.filter(({ profile }) => profile === 'core')
  const found: Record<string, string[]> = {}
  // Those of older releases are the same configuration, with the faults of their release.
  for (const name of globSync('*', { cwd: folder }).filter((one) => !/-\d|README/.test(one))) {
    const dump = await readDump(readFileSync(join(folder, name, 'config_dump.json')), name)
    const { findings } = checkProxy(core, lintedOf(dump, { name, moment: savedTime(dump, {}) }))
    const own = findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ rule, resource }) => `${rule} ${resource}`)
    if (own.length > 0) found[name] = [...new Set(own)].toSorted()
  }
  const expected = Object.entries(explained).map(([name, reasons]) => [name, Object.keys(reasons).toSorted()])
  assert.deepEqual(found, Object.fromEntries(expected))
})
