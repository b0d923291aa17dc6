import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeText } from '../../../src/analyses/compare/words/change-text.ts'
import { difference } from '../../../src/analyses/diff/delta.ts'
import type { Json } from '../../../src/envoy/json.ts'
import { redacted, redactedAndOther } from '../../../src/envoy/redaction/placeholders.ts'
import { fixture } from '../diff/dumps.ts'

const linesOf = (a: Record<string, Json>, b: Record<string, Json>) => (difference(a, b)?.changes ?? []).map(changeText)
const host = (routes: Json) => ({ virtual_hosts: [{ name: 'reviews:80', routes }] })
const to = (weight: number) => ({
  name: 'v1',
  match: { prefix: '/' },
  route: { weighted_clusters: { clusters: [{ name: 'outbound|9080|v1|reviews', weight }] } },
})
const hosts = (...addresses: string[]) => ({
  load_assignment: {
    endpoints: [
      {
        locality: { zone: 'a' },
        lb_endpoints: addresses.map((address) => ({
          endpoint: { address: { socket_address: { address, port_value: 9080 } } },
        })),
      },
    ],
  },
})

for (const [name, a, b, lines] of [
  [
    'a weight',
    host([to(80)]),
    host([to(20)]),
    ['virtual host reviews:80, route v1, cluster outbound|9080|v1|reviews: weight 80 -> 20'],
  ],
  ['a field of the resource', { connect_timeout: '1s' }, { connect_timeout: '10s' }, ['connect_timeout 1s -> 10s']],
  ['a field that has come', {}, { http2: { a: 1 } }, ['http2 added: {"a":1}']],
  ['a field that is gone', { lb_policy: 'RANDOM' }, {}, ['lb_policy removed: RANDOM']],
  ['a text that is empty', { a: '' }, { a: 'x' }, ['a "" -> x']],
  [
    'an endpoint',
    hosts('10.1.2.3'),
    hosts('10.1.2.3', '10.1.2.4'),
    ['locality /a/ priority 0, endpoint 10.1.2.4:9080 added'],
  ],
  [
    'a route without a name, by what it matches',
    host([{ match: { path: '/x' }, route: { timeout: '1s' } }]),
    host([{ match: { path: '/x' }, route: { timeout: '2s' } }]),
    ['virtual host reviews:80, route /x: route.timeout 1s -> 2s'],
  ],
  [
    'a route in another place',
    host([{ name: 'a' }, { name: 'b' }]),
    host([{ name: 'b' }, { name: 'a' }]),
    ['virtual host reviews:80, route b moved from place 2 to 1'],
  ],
  [
    'a domain',
    { virtual_hosts: [{ name: 'r', domains: ['a'] }] },
    { virtual_hosts: [{ name: 'r', domains: ['a', 'b'] }] },
    ['virtual host r, domain b added'],
  ],
  [
    'a list of which no noun is known',
    { things: [{ name: 'x', a: 1 }] },
    { things: [{ name: 'x', a: 2 }] },
    ['things x: a 1 -> 2'],
  ],
  ['a secret', { key: redacted }, { key: redactedAndOther }, ['key differs (hidden)']],
  ['a text that spells the value of before', { a: true }, { a: 'true' }, ['a true -> "true"']],
  [
    'two long values that begin alike',
    { a: `${'x'.repeat(200)}one` },
    { a: `${'x'.repeat(200)}two` },
    [`a …${'x'.repeat(30)}one -> …${'x'.repeat(30)}two`],
  ],
  ['a long value', { a: 'x'.repeat(200) }, { a: 'y' }, [`a ${'x'.repeat(120)}… -> y`]],
] as const)
  test(name, () => {
    assert.deepEqual(
      linesOf(structuredClone(a) as Record<string, Json>, structuredClone(b) as Record<string, Json>),
      lines,
    )
  })

test('a certificate is told by its serial and whom it is for, not by its bytes', () => {
  const text = JSON.stringify(fixture('certificates'))
  const [chain = ''] = /LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/.exec(text) ?? []
  assert.notEqual(chain, '')
  assert.match(linesOf({ c: 'none' }, { c: chain }).join('\n'), /^c none -> certificate [0-9a-f]{32} of \S/)
})
