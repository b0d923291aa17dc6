import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hopDocument } from '../../../../src/analyses/trace/view/hop-document.ts'
import { outcomeDocument } from '../../../../src/analyses/trace/view/outcome-document.ts'
import { hopOf, outcomeOf, undecided } from './told.ts'

const why = 'the route has an action that Envoy leaves to the application'

test('documents: every fact that there is, nothing where there is none', () => {
  const reason = { code: 'chain-only', args: {} } as const
  const document = { ...reason, text: 'the only chain' }
  assert.deepEqual(hopDocument(hopOf()), { listener: 'L', objects: {}, reasons: {}, considered: {} })
  const endpoint = {
    address: 'e',
    probability: 1,
    health: 'healthy',
    priority: 0,
    hostname: 'h',
    transportSocket: 's',
  } as const
  const policy = {
    retry: { retryOn: '5xx', attempts: 1, source: 'route' },
    mirrors: [{ cluster: 'm', probability: 1 }],
    requestHeaders: { add: ['a'], remove: [] },
  } as const
  const facts = {
    acceptedBy: 'B',
    connection: { transport: 'tls', keepsSource: true, alpn: ['h2'] },
    certificate: { name: 'K', names: ['DNS:a'] },
    timeouts: [{ code: 'route', phase: 'answer', milliseconds: 1000 }],
    limits: [{ cluster: 'a', limit: 'max_requests', inUse: 1, max: 2 }],
    upstream: { path: '/' },
    endpoints: [endpoint],
    tls: { mode: 'tls', trusted: 't' },
    policy,
  } as const
  const shown = { name: 'n', reason }
  const hop = hopOf({
    ...facts,
    reasons: { filterChain: reason },
    considered: {
      shadowed: ['s'],
      filterChains: [shown as never],
      routes: [{ route: 'r', reason } as never],
      endpoints: [{ address: 'e', reason: reason as never }],
    },
    warnings: [],
  })
  assert.deepEqual(hopDocument(hop), {
    ...facts,
    listener: 'L',
    objects: {},
    reasons: { filterChain: document },
    considered: {
      shadowed: ['s'],
      filterChains: [{ name: 'n', reason: document }],
      routes: [{ route: 'r', reason: document }],
      endpoints: [{ address: 'e', reason: document }],
    },
    warnings: [],
  })
  const changes = [{ code: 'reply-formatted', args: {} }] as const
  assert.deepEqual(
    outcomeDocument(
      outcomeOf({
        grpc: { status: 14, httpStatus: 503 },
        response: { originalStatus: 503, changes, body: { source: 's', text: '' } },
        conditions: [undecided('A')],
      }),
    ),
    {
      kind: 'noRoute',
      probability: 1,
      grpc: { status: 14, httpStatus: 503 },
      response: {
        originalStatus: 503,
        changes: [{ ...changes[0], text: 'local_reply_config formats the body' }],
        body: { source: 's', text: '' },
      },
      reason: { code: 'route-action-unknown', args: {}, text: `${why} (gRPC status 14, in a 503 that becomes 200)` },
      conditions: [{ filter: 'A', code: 'filter-unknown', args: { type: 't' }, text: 'A lets it pass' }],
    },
  )
})
