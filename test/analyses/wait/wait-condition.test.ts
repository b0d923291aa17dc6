import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitCondition } from '../../../src/analyses/wait/wait-condition.ts'
import { UsageError } from '../../../src/errors.ts'

for (const [text, expected] of [
  ['synced', { kind: 'synced' }],
  ['live', { kind: 'live' }],
  ['ready-endpoints=outbound|80||a.b', { kind: 'ready-endpoints', cluster: 'outbound|80||a.b' }],
  ['ready-endpoints=a=b', { kind: 'ready-endpoints', cluster: 'a=b' }],
  ['route-to=a:http://b:80/c?d=e', { kind: 'route-to', cluster: 'a', url: 'http://b:80/c?d=e' }],
  ['route-to=kube:a:1:grpc://b', { kind: 'route-to', cluster: 'kube:a:1', url: 'grpc://b' }],
  [
    'delivered=VirtualService/reviews',
    { kind: 'delivered', object: { kind: 'VirtualService', name: 'reviews', namespace: undefined } },
  ],
  [
    'delivered=HTTPRoute/a.b.shop',
    { kind: 'delivered', object: { kind: 'HTTPRoute', name: 'a.b', namespace: 'shop' } },
  ],
] as const)
  test(`--for ${text}`, () => assert.deepEqual(waitCondition(text), expected))

for (const text of [
  '',
  'synced=1',
  'ready',
  'ready-endpoints',
  'ready-endpoints=',
  'route-to=a',
  'route-to=http://a',
  'delivered=reviews',
  'delivered=VirtualService/',
  'delivered=/a',
  'delivered=A/b/c',
])
  test(`--for ${JSON.stringify(text)} cannot be read`, () => assert.throws(() => waitCondition(text), UsageError))
