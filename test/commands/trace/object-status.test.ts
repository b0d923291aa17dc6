import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { accepted, ask, gateway, httpRoutes, ofPlain, route, told, unresolved } from './faulty-objects.ts'

test('a route that answers 500: the status of its HTTPRoute, with reason and message, and what to correct', async (t) => {
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [accepted, unresolved]) }
  const shown = told(await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(
    shown,
    /Warning: HTTPRoute plain\.edge: ResolvedRefs is False for Gateway eg\.edge \(http\) \(BackendNotFound: service edge\/nosuch not found\)\n/,
  )
  assert.match(shown, /Next: Correct what its status names: kubectl describe httproute plain -n edge\n/)
})

test('the same in -o json has a code and its parts', async (t) => {
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [accepted, unresolved]) }
  const { out } = await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch', '-o', 'json')
  const [warning] = JSON.parse(out).alternatives[0].hops[0].warnings
  assert.equal(warning.code, 'object-at-fault')
  assert.deepEqual(warning.args, {
    kind: 'HTTPRoute',
    name: 'plain',
    namespace: 'edge',
    conditions: [
      {
        type: 'ResolvedRefs',
        status: 'False',
        about: 'Gateway eg.edge (http)',
        reason: 'BackendNotFound',
        message: 'service edge/nosuch not found.',
      },
    ],
  })
})

test('a host without a route: the HTTPRoute that names it and is not accepted, one that is, or none', async (t) => {
  const url = 'http://late.example.com:10080/'
  const list = (conditions: JsonObject[], hostnames = ['late.example.com']) => ({
    lists: { [httpRoutes]: [route('other', ['other.example.com'], []), route('late', hostnames, conditions)] },
  })
  const refused = { ...accepted, status: 'False', reason: 'NoMatchingListenerHostname' }
  const bad = told(await ask(t, list([refused]), 'trace', url))
  assert.match(
    bad,
    /Warning: HTTPRoute late\.edge: Accepted is False for Gateway eg\.edge \(http\) \(NoMatchingListenerHostname\)/,
  )
  assert.doesNotMatch(bad, /HTTPRoute other|names late/)
  const good = told(await ask(t, list([accepted]), 'trace', url))
  assert.match(
    good,
    /Warning: HTTPRoute late\.edge names late\.example\.com for Gateway eg\.edge \(http\), and its status has no fault/,
  )
  assert.match(good, /Next: Has the proxy what its control plane would send now\?/)
  const nobody = told(await ask(t, list([accepted], ['x.example.com']), 'trace', url))
  assert.match(nobody, /Warning: no HTTPRoute, GRPCRoute or TLSRoute names late\.example\.com\n/)
  assert.match(nobody, /Next: Compare Host and port with the domains/)
  const unjudged = { metadata: { name: 'late', namespace: 'edge' }, spec: { hostnames: ['late.example.com'] } }
  const silent = told(await ask(t, { lists: { [httpRoutes]: [unjudged] } }, 'trace', url))
  assert.match(silent, /Warning: no control plane has written a status of HTTPRoute late\.edge\n/)
  assert.match(silent, /Next: Does the control plane run\?/)
})

test('no listener: what the Gateway of the proxy says is a note', async (t) => {
  const fault = { type: 'Programmed', status: 'False', reason: 'Invalid', message: 'Secret edge/shop-cert not found' }
  const objects = {
    [gateway]: {
      metadata: { name: 'eg', namespace: 'edge' },
      status: { listeners: [{ name: 'https', conditions: [fault] }] },
    },
  }
  const { err } = await ask(t, { objects }, 'trace', 'https://plain.example.com:10443/')
  assert.match(
    err,
    /^Gateway eg\.edge: Programmed is False for listener https \(Invalid: Secret edge\/shop-cert not found\)\.$/m,
  )
})

test('a listener of the Gateway that has a fault is none of a request that came in by another', async (t) => {
  const fault = { type: 'Programmed', status: 'False', reason: 'Invalid' }
  const objects = {
    [gateway]: {
      metadata: { name: 'eg', namespace: 'edge' },
      status: {
        listeners: [{ name: 'https', conditions: [fault] }],
        conditions: [{ ...fault, reason: 'NoResources' }],
      },
    },
  }
  const shown = told(await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(shown, /Warning: Gateway eg\.edge: Programmed is False \(NoResources\)\n/)
})

test('a 500 in place of a route whose SecurityPolicy has a fault names the policy', async (t) => {
  const refused = { ...accepted, status: 'False', reason: 'Invalid', message: 'secret edge/nosuch does not exist' }
  const policy = (name: string, conditions: JsonObject[]) => ({
    metadata: { name, namespace: 'edge' },
    spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'plain' }] },
    status: { ancestors: [{ ancestorRef: { name: 'eg' }, conditions }] },
  })
  const lists = {
    '/apis/gateway.envoyproxy.io/v1alpha1/namespaces/edge/securitypolicies': [
      policy('fine', [accepted]),
      policy('bad', [refused]),
    ],
  }
  const shown = told(await ask(t, { lists }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(
    shown,
    /Warning: SecurityPolicy bad\.edge: Accepted is False for Gateway eg\.edge \(Invalid: secret edge\/nosuch/,
  )
  assert.match(shown, /Next: Correct what its status names: kubectl describe securitypolicy bad -n edge\n/)
  assert.doesNotMatch(shown, /fine|applies to/)
})

test('a denied request: the SecurityPolicy that applies to its route, and not its faults as advice', async (t) => {
  const lists = {
    '/apis/gateway.envoyproxy.io/v1alpha1/namespaces/edge/securitypolicies': [
      {
        metadata: { name: 'mine', namespace: 'edge' },
        spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'plain' }] },
        status: { ancestors: [{ ancestorRef: { name: 'eg' }, conditions: [accepted] }] },
      },
      { metadata: { name: 'other', namespace: 'edge' }, spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'web' }] } },
    ],
  }
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [unresolved]) }
  const shown = told(await ask(t, { lists, objects }, 'trace', 'http://plain.example.com:10080/guarded'))
  assert.match(shown, /Warning: SecurityPolicy mine\.edge applies to HTTPRoute plain\.edge\n/)
  assert.doesNotMatch(shown, /SecurityPolicy other|Next: Correct/)
})
