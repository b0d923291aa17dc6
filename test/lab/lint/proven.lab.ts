import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { lintedOf } from '../../../src/lint/proxy/linted.ts'
import { rules } from '../../../src/lint/rules/index.ts'
import { checkProxy } from '../../../src/lint/run/check-proxy.ts'
import { type LogLine, startEnvoy, type TracedEnvoy } from '../trace/envoy.ts'
import { bootstrapOf, listenerPort } from './bootstrap.ts'
import { type Keys, makeKeys } from './keys.ts'
import type { Proof } from './proof.ts'
import { edgeProofs } from './proofs/edge.ts'
import { filterProofs } from './proofs/filters.ts'
import { referenceProofs } from './proofs/references.ts'
import { routingProofs } from './proofs/routing.ts'
import { tlsProofs } from './proofs/tls.ts'
import { upstreamProofs } from './proofs/upstreams.ts'
import { questionOf, settled } from './question.ts'
import { type Servers, startServers } from './servers.ts'

const proofs: readonly Proof[] = [
  ...referenceProofs,
  ...routingProofs,
  ...upstreamProofs,
  ...tlsProofs,
  ...filterProofs,
  ...edgeProofs,
]

test('rules about behaviour: a real Envoy shows the symptom and lint finds the defect; with the fix both are gone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-keys-'))
  const keys = makeKeys(folder)
  const servers = await startServers(keys)
  try {
    const broken = await observed(t, 'defect', keys, servers)
    const mended = await observed(t, 'fix', keys, servers)
    const wrong: string[] = []
    for (const [index, { rule, symptom, cured }] of proofs.entries()) {
      const [before, after] = [broken[index], mended[index]]
      if (before === undefined || after === undefined) throw new Error(rule)
      t.diagnostic(`${rule}: ${before.seen} -> ${after.seen}`)
      if (!symptom.test(before.seen)) wrong.push(`${rule}: with the defect ${before.seen}, not ${symptom}`)
      if (!cured.test(after.seen)) wrong.push(`${rule}: with the fix ${after.seen}, not ${cured}`)
      if (!before.isFound) wrong.push(`${rule}: the defect is not found`)
      if (after.isFound) wrong.push(`${rule}: the fix is found`)
    }
    t.diagnostic(`${proofs.length} rules`)
    assert.deepEqual(wrong, [])
    assert.equal(new Set(proofs.map(({ rule }) => rule)).size, proofs.length)
  } finally {
    servers.close()
    rmSync(folder, { recursive: true })
  }
})

/** Rules of `core` and `edge` that no request can prove, and why. */
const notProven: Readonly<Record<string, string>> = {
  'endpoints-not-loaded': 'an Envoy that serves has given up waiting: cluster-empty-and-used is proven',
  'zone-aware-without-zones': 'requests are answered, from other zones',
  'certificate-expiring': 'nothing fails before certificate-expired does',
  'certificate-rotation-late': 'nothing fails before certificate-expired does',
  'certificate-weak-key': 'Envoy 1.40 refuses keys below 2048 bits',
  'buffer-limit-default': 'memory, under load',
  'h2-streams-unlimited': 'defaults of Envoy before 1.36',
  'h2-windows-default': 'defaults of Envoy before 1.36',
  'internal-addresses-trusted': 'defaults of Envoy before 1.32',
  'no-connection-limit': 'memory, under load',
  'no-overload-manager': 'memory, under load',
  'admin-access-log-off': 'no request shows it: what is missing is a record of who called the admin interface',
  'build-has-known-cve': 'faults of other versions',
  'release-unsupported': 'no behaviour',
  'removed-in-next': 'Envoy 1.40, which is asked here, does not load it',
  'security-guard-reverted': 'faults that the guard is for',
}

/** What delivery.lab.ts proves, by what is sent while Envoy runs. */
const ofDelivery = ['update-rejected', 'latent-outage', 'warming-too-long', 'admin-exposed']

test('every rule of core and edge is proven, or stands in a list with the reason', () => {
  const asked = rules.filter(({ profile }) => profile === 'core' || profile === 'edge').map(({ id }) => id)
  const known = [...proofs.map(({ rule }) => rule), ...ofDelivery, ...Object.keys(notProven)]
  assert.deepEqual(known.toSorted(), asked.toSorted())
})

interface Observed {
  /** What the client got, and flags and details of the access log. */
  readonly seen: string
  readonly isFound: boolean
}

async function observed(t: TestContext, which: 'defect' | 'fix', keys: Keys, servers: Servers): Promise<Observed[]> {
  const envoy = await startEnvoy('1.40.0', (folder) => bootstrapOf(proofs, which, keys, folder))
  try {
    const answers: string[] = []
    for (const [index, { rule, ask }] of proofs.entries()) {
      const hits = (key: string) => servers.hits(`${which} ${key}`)
      const question = questionOf(listenerPort(index), rule, { keys, hits, stat: envoy.stat })
      const asked = { ...question, http: (one = {}) => question.http({ ...one, headers: withKey(one, which) }) }
      answers.push((await (ask ?? ((own) => own.http()))(asked)).text)
    }
    const last = questionOf(listenerPort(0), lastCase, { keys, hits: servers.hits, stat: envoy.stat })
    const lines = await wholeLog(envoy, () => last.http())
    const dump = await readDump(await envoy.dump(), which)
    const { findings, silent } = checkProxy(rules, lintedOf(dump, { name: which, moment: new Date() }))
    t.diagnostic(`${which}: ${findings.length} findings`)
    assert.deepEqual(
      silent.filter(({ because }) => 'defect' in because),
      [],
    )
    return proofs.map(({ rule }, index) => {
      const line = lines.findLast((one) => one.case === rule)
      const seen = [answers[index], line?.flags, line?.details].filter((part) => part && part !== '-').join(' ')
      return { seen, isFound: findings.some((finding) => finding.rule === rule && isOf(finding.resource, rule)) }
    })
  } finally {
    await envoy.stop()
  }
}

const lastCase = 'the last of all'

/** The log is written in order, and a moment later than answers are sent: it is whole when a last request stands in it. */
async function wholeLog(envoy: TracedEnvoy, ask: () => Promise<unknown>): Promise<LogLine[]> {
  await ask()
  await settled(async () => (await envoy.log(0)).some((line) => line.case === lastCase))
  return envoy.log(0)
}

/** Servers count both sides apart. */
function withKey(
  { headers = {} }: { headers?: Readonly<Record<string, string>> },
  which: string,
): Record<string, string> {
  const key = headers['x-key']
  return key === undefined ? { ...headers } : { ...headers, 'x-key': `${which} ${key}` }
}

/** Resources of a proof bear the name of its rule. */
function isOf(resource: string, rule: string): boolean {
  const [, name = ''] = resource.split('/')
  return name === rule || name.startsWith(`${rule}.`)
}
