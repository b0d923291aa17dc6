import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policiesAnalysis } from '../../src/analyses/authz/policies-analysis.ts'
import { requestAnalysis } from '../../src/analyses/authz/request-analysis.ts'
import { description } from '../../src/analyses/describe/description.ts'
import { syncDifference } from '../../src/analyses/diff/sync-difference.ts'
import { meshSync } from '../../src/analyses/status/mesh-sync.ts'
import type { ProxyStatus } from '../../src/analyses/status/proxy-status.ts'
import type { CaseResult } from '../../src/analyses/trace/cases/cases-view.ts'
import { checkedCases, noCases, withCase } from '../../src/analyses/trace/cases/checked-cases.ts'
import { requestTrace } from '../../src/analyses/trace/view/traced-request.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { UsageError } from '../../src/errors.ts'
import { trace } from '../../src/walk/trace.ts'
import { argsOf } from './args-of.ts'

const synced: ProxyStatus = {
  name: 'a.shop',
  namespace: 'shop',
  cluster: undefined,
  proxyType: 'sidecar',
  istiod: 'istiod-1',
  version: undefined,
  connected: true,
  types: new Map([
    [
      'CDS',
      {
        status: 'SYNCED',
        sentTime: undefined,
        age: undefined,
        error: undefined,
        acceptedBefore: undefined,
        percent: undefined,
      },
    ],
  ]),
  notes: [],
}

test('status: with --exit-code it fails for a proxy out of sync, for none at all, and where a replica did not answer', async () => {
  const asked = async (...words: string[]) => meshSync.options(await argsOf('status', '--exit-code', ...words))
  const fails = async (gathered: Parameters<typeof meshSync.reduce>[0], ...words: string[]) => {
    const options = await asked(...words)
    return meshSync.fails?.(meshSync.reduce(gathered, options), options)
  }
  const stale = {
    ...synced,
    name: 'b.shop',
    types: new Map([...synced.types].map(([type, of]) => [type, { ...of, status: 'STALE' as const }])),
  }
  assert.equal(await fails({ proxies: [synced], complete: true }), false)
  assert.equal(await fails({ proxies: [synced, stale], complete: true }), true)
  assert.equal(await fails({ proxies: [synced], complete: false }), true)
  assert.equal(await fails({ proxies: [], complete: true }), true)
  assert.equal(await fails({ proxies: [synced], complete: true }, '-n', 'other'), true)
  // That there is none in error is good news.
  assert.equal(await fails({ proxies: [synced], complete: true }, '--status', 'error'), false)
  assert.equal(await fails({ proxies: [synced, stale], complete: true, names: new Set(['a.shop']) }), false)
  const unchecked = meshSync.options(await argsOf('status'))
  assert.equal(meshSync.fails?.(meshSync.reduce({ proxies: [stale], complete: false }, unchecked), unchecked), false)
  await assert.rejects(async () => meshSync.options(await argsOf('status', '--status', 'fine')), UsageError)
})

const dumpWith = (...clusters: string[]) =>
  readDump(
    Buffer.from(
      JSON.stringify({
        configs: [
          { '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: {} },
          {
            '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
            dynamic_active_clusters: clusters.map((name) => ({ cluster: { name } })),
          },
          { '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump' },
          { '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump' },
        ],
      }),
    ),
    'dump',
  )

test('status POD: with --exit-code a difference fails, unless it is of a kind that was not asked for', async () => {
  const [sent, used] = [await dumpWith('a'), await dumpWith('a', 'b')]
  const fails = async (...words: string[]) => {
    const options = syncDifference.options(await argsOf('status', 'pod', ...words))
    return syncDifference.fails?.(syncDifference.reduce({ sent, used }, options), options)
  }
  assert.deepEqual(
    [await fails('--exit-code'), await fails('--exit-code', '--type', 'lds'), await fails()],
    [true, false, false],
  )
})

test('describe: what is said twice stands once; a word that is no kind is refused', async () => {
  const subject = description.options(await argsOf('describe', 'svc/reviews'))
  assert.deepEqual(subject, { kind: 'service', name: 'reviews' })
  const row = { part: 'Route', name: 'r', summary: 'd', object: '' }
  assert.deepEqual(description.reduce([row, { ...row, name: 's' }, row], subject).length, 2)
  assert.match(description.view([], subject).empty, /service reviews/)
  await assert.rejects(async () => description.options(await argsOf('describe', 'node', 'n')), UsageError)
})

test('trace: with --exit-code it fails where the request does', async () => {
  const request = {
    destination: { address: '10.0.0.1', port: 80 },
    source: { address: '10.9.9.9', port: 1 },
    protocol: 'tcp',
  } as const
  const traced = { label: 'a', request, trace: trace({ dump: await dumpWith('a'), request }) }
  for (const [words, fails] of [
    [['--exit-code'], true],
    [[], false],
  ] as const) {
    const options = requestTrace.options(await argsOf('trace', 'tcp://10.0.0.1:80', ...words))
    const gathered = { traced: [traced], notes: ['n'] }
    assert.equal(requestTrace.fails?.(requestTrace.reduce(gathered, options), options), fails)
    assert.deepEqual(requestTrace.view(gathered, options).notes, ['n'])
  }
})

test('trace --requests: a case that fails or cannot be read, and too few routes, decide the exit code and are said', async () => {
  const passed = { name: 'a', failures: [], result: {} }
  const failed = { ...passed, failures: [{ field: 'cluster', expected: 'x', actual: 'y' }] }
  const unreadable = { ...passed, error: 'line 1: no JSON object' }
  const coverage = { covered: 1, total: 2, missing: ['9080 / shop / #1'] }
  const ended = async (results: CaseResult[], ...words: string[]) => {
    const options = checkedCases.options(await argsOf('trace', '--requests', 'cases.jsonl', ...words))
    const tally = results.reduce(withCase, noCases)
    const answer = checkedCases.reduce({ results, tally, coverage: options.coverage ? coverage : undefined }, options)
    assert.equal(checkedCases.view(answer, options).rows.length, results.length)
    return [checkedCases.fails?.(answer, options), ...(checkedCases.remarks?.(answer) ?? [])]
  }
  assert.deepEqual(await ended([]), [false, '0 of 0 cases passed.'])
  assert.deepEqual(await ended([passed]), [false, '1 of 1 cases passed.'])
  assert.deepEqual(await ended([passed, failed]), [true, '1 of 2 cases passed.'])
  assert.deepEqual(await ended([unreadable]), [true, '0 of 1 cases passed; 1 cannot be read.'])
  const shown = ['1 of 1 cases passed.', '1 of 2 routes taken (50.0 %).', '  not taken: 9080 / shop / #1']
  assert.deepEqual(await ended([passed], '--coverage'), [false, ...shown])
  assert.deepEqual(await ended([passed], '--fail-under', '50'), [false, ...shown])
  assert.deepEqual(await ended([passed], '--fail-under', '51'), [
    true,
    ...shown,
    'Fewer than 51 % of the routes were taken.',
  ])
})

test('authz: its flags are read before any proxy, a token from its file, and only a denial fails', async () => {
  const dump = await readDump(new TextEncoder().encode(JSON.stringify({ configs: [] })), 'empty')
  const proxy = { name: 'web', label: 'web', dump, auxiliaryPage: undefined }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'RS256' })}.${part({ iss: 'me' })}.${part({})}\n`
  const text = (path: string) => (path === 'own' ? token : '')
  const given = { now: new Date(0), text }
  const asked = requestAnalysis.options(
    await argsOf('authz', '--request', 'GET http://web:8080/', '--token-file', 'own'),
    given,
  )
  assert.deepEqual([asked.port, asked.token?.claims, asked.token?.complete], [8080, { iss: 'me' }, true])
  const idle = await argsOf('authz', 'web', '--port', '80')
  assert.throws(() => policiesAnalysis.options(idle, given), /--port goes with --request/)
  const facts = requestAnalysis.facts(proxy, asked)
  const answer = requestAnalysis.reduce(
    [
      { name: 'web', facts },
      { name: 'api', fault: 'gone' },
    ],
    asked,
  )
  assert.deepEqual(
    requestAnalysis.rows(answer).map((row) => [row.proxy, row.cells[4]]),
    [['web', 'undecided']],
  )
  assert.equal(requestAnalysis.fails?.(answer, asked), false)
  const denied = answer.map((each) => ({ ...each, answer: { ...each.answer, verdict: 'denied' as const } }))
  assert.equal(requestAnalysis.fails?.(denied, asked), true)
})
