import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKindsOf } from '../../../../src/envoy/control-plane/api-kinds.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { attachedTo, faultsOf, outdated, withoutListeners } from '../../../../src/walk/objects/object-faults.ts'
import { namesHost, targets } from '../../../../src/walk/objects/object-hosts.ts'

const metadata = { name: 'web', namespace: 'shop', generation: 3 }
const condition = (type: string, status: string, more: JsonObject = {}): JsonObject => ({ type, status, ...more })
const withConditions = (...conditions: JsonObject[]): JsonObject => ({ metadata, status: { conditions } })

test('conditions that say that all is well are no faults, nor those that only tell', () => {
  const types = (...conditions: JsonObject[]) => faultsOf(withConditions(...conditions)).map(({ type }) => type)
  assert.deepEqual(types(condition('Accepted', 'True'), condition('ResolvedRefs', 'True')), [])
  assert.deepEqual(types(condition('Accepted', 'False'), condition('Programmed', 'Unknown')), [
    'Accepted',
    'Programmed',
  ])
  assert.deepEqual(types(condition('Conflicted', 'False'), condition('PartiallyInvalid', 'True')), ['PartiallyInvalid'])
  assert.deepEqual(types(condition('Merged', 'False'), condition('Aggregated', 'False')), [])
  assert.deepEqual(faultsOf({}), [])
})

test('each Gateway that an object is attached to, and each listener, has conditions of its own', () => {
  const refused = [condition('Accepted', 'False', { reason: 'NoMatchingListenerHostname', message: 'no' })]
  const fine = [condition('Accepted', 'True')]
  const object = {
    metadata,
    status: {
      parents: [
        { parentRef: { name: 'a', sectionName: 'http' }, conditions: refused },
        { parentRef: { kind: 'Gateway', name: 'b', namespace: 'edge' }, conditions: fine },
      ],
      ancestors: [{ ancestorRef: { kind: 'HTTPRoute', name: 'c' }, conditions: refused }],
      listeners: [{ name: 'https', conditions: refused }],
    },
  }
  const fault = { type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname', message: 'no' }
  assert.deepEqual(faultsOf(object), [
    { ...fault, about: 'Gateway a.shop (http)' },
    { ...fault, about: 'HTTPRoute c.shop' },
    { ...fault, about: 'listener https' },
  ])
  assert.deepEqual(
    faultsOf(withoutListeners(object)).map(({ about }) => about),
    ['Gateway a.shop (http)', 'HTTPRoute c.shop'],
  )
  assert.deepEqual(attachedTo(object), [
    'Gateway a.shop (http)',
    'Gateway b.edge',
    'HTTPRoute c.shop',
    'listener https',
  ])
})

test('errors of an HTTPProxy are told one by one, equal ones once, in one order', () => {
  const errors = [
    { type: 'ServiceError', reason: 'ServiceUnresolvedReference', message: 'service "shop/a" not found' },
    { type: 'ServiceError', reason: 'ServiceUnresolvedReference', message: 'service "shop/a" not found' },
    { type: 'TLSError', reason: 'SecretNotValid' },
  ]
  assert.deepEqual(faultsOf(withConditions(condition('Valid', 'False', { reason: 'ErrorPresent', errors }))), [
    { type: 'Valid', status: 'False', reason: 'SecretNotValid' },
    { type: 'Valid', status: 'False', reason: 'ServiceUnresolvedReference', message: 'service "shop/a" not found' },
  ])
})

test('a status that nobody has written, or of an older generation', () => {
  const of = (observedGeneration: number) => withConditions(condition('Valid', 'True', { observedGeneration }))
  assert.deepEqual(outdated({ metadata }), {})
  assert.deepEqual(outdated(of(2)), { generation: 3, observed: 2 })
  assert.equal(outdated(of(3)), undefined)
  assert.equal(outdated(withConditions(condition('Valid', 'True'))), undefined, 'not every controller says which')
})

test('hosts: by name, below a wildcard, of all where a route names none', () => {
  const [route] = apiKindsOf('Envoy Gateway').routes
  const [proxy] = apiKindsOf('Contour').routes
  assert.ok(route !== undefined && proxy !== undefined)
  const of = (hostnames?: string[]) => namesHost({ spec: { hostnames } }, route, 'a.example.com')
  assert.deepEqual(
    [of(['b', 'A.example.com']), of(['*.example.com']), of(['*.a.example.com']), of([]), of()],
    ['yes', 'yes', 'no', 'any', 'any'],
  )
  assert.equal(namesHost({ spec: { hostnames: ['*.example.com'] } }, route, '.example.com'), 'no')
  assert.equal(namesHost({ spec: { virtualhost: { fqdn: 'a.example.com' } } }, proxy, 'a.example.com'), 'yes')
  assert.equal(namesHost({ spec: {} }, proxy, 'a.example.com'), 'no')
})

test('a policy is for a route that it names, in its own namespace', () => {
  const target = { kind: 'HTTPRoute', name: 'web', namespace: 'shop' }
  const of = (spec: JsonObject, namespace = 'shop') => targets({ metadata: { name: 'p', namespace }, spec }, target)
  assert.equal(of({ targetRefs: [{ kind: 'HTTPRoute', name: 'web' }] }), true)
  assert.equal(of({ targetRef: { kind: 'HTTPRoute', name: 'web' } }), true)
  assert.equal(
    of({
      targetRefs: [
        { kind: 'Gateway', name: 'web' },
        { kind: 'HTTPRoute', name: 'other' },
      ],
    }),
    false,
  )
  assert.equal(of({ targetRefs: [{ kind: 'HTTPRoute', name: 'web' }] }, 'other'), false)
})
