import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { isObject, type Json } from '../../src/envoy/json.ts'
import { UsageError } from '../../src/errors.ts'
import { knownUrls } from '../../src/walk/request/known-urls.ts'
import type { RequestSpec } from '../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../src/walk/request/resolve-request.ts'
import { trace } from '../../src/walk/trace.ts'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { dumpOf, fixture, inCamelCase, seeded } from '../analyses/diff/dumps.ts'

/** Dumps whose requests go by routes, by weights, through tunnels and past policies. */
const fixtures = ['sidecar', 'gateway', 'aggregate', 'internal', 'tcp', 'authz', 'rejected']
const paths = ['/', '/reviews/1', '/api/v1/items?page=2', '/admin']

/** What is asked of a proxy: each URL that it has routes for, at several paths, and plain connections to its addresses. */
function specsFor(dump: ConfigDump): RequestSpec[] {
  const urls = knownUrls(dump).flatMap(([url]) => url ?? [])
  return [
    ...urls.flatMap((url) => paths.map((path) => ({ url: new URL(path, url).href }))),
    ...urls.map((url) => ({ url, method: 'POST', headers: [['end-user', 'jason'] as const] })),
    ...['10.0.0.1:80', '10.244.0.7:8080', '127.0.0.1:9080'].map((address) => ({ url: `tcp://${address}` })),
    ...[8080, 9080, 80].map((port) => ({ url: 'http://localhost/', port, inbound: true })),
  ]
}

function traced(dump: ConfigDump, question: RequestSpec, random?: number): readonly Alternative[] | string {
  try {
    const { request } = resolveRequest(question, dump)
    return trace({ dump, explain: true, request: random === undefined ? request : { ...request, random } }).alternatives
  } catch (error) {
    // A question that does not fit the dump has to be refused alike.
    if (error instanceof UsageError) return error.message
    throw error
  }
}

const sum = (parts: readonly { readonly probability: number }[]): number =>
  parts.reduce((total, { probability }) => total + probability, 0)

for (const name of fixtures) {
  test(`${name}: alternatives make 1, and so do the shares of the endpoints of each hop`, async (t) => {
    const dump = await dumpOf(fixture(name))
    let hops = 0
    for (const question of specsFor(dump)) {
      const alternatives = traced(dump, question)
      if (typeof alternatives === 'string') continue
      assert.ok(Math.abs(sum(alternatives) - 1) < 1e-9, JSON.stringify(question))
      for (const { probability, outcome, hops: way } of alternatives) {
        assert.equal(outcome.probability, probability)
        for (const { endpoints = [] } of way) {
          hops++
          assert.ok(endpoints.length === 0 || Math.abs(sum(endpoints) - 1) < 1e-9, JSON.stringify(question))
          assert.ok(endpoints.every((endpoint) => endpoint.probability > 0))
        }
      }
    }
    t.diagnostic(`${hops} hops`)
    assert.ok(hops > 0)
  })

  test(`${name}: the order of a dump, and the case of its fields, make no difference`, async () => {
    const dump = await dumpOf(fixture(name))
    const camel = await dumpOf(inCamelCase(fixture(name)))
    const others = [camel]
    for (const seed of [1, 2, 3]) others.push(await dumpOf(shuffled(fixture(name), seeded(seed))))
    for (const question of specsFor(dump)) {
      const expected = comparable(traced(dump, question))
      for (const other of others)
        assert.deepEqual(comparable(traced(other, question)), expected, JSON.stringify(question))
    }
  })

  test(`${name}: with a random value a request takes one of its ways`, async () => {
    const dump = await dumpOf(fixture(name))
    for (const question of specsFor(dump)) {
      const alternatives = traced(dump, question)
      if (typeof alternatives === 'string') continue
      const known = new Set(alternatives.map(wayOf))
      for (const random of [0, 1, 7, 49, 50, 79, 80, 99, 123_456_789]) {
        const found = traced(dump, question, random)
        assert.ok(typeof found !== 'string' && found.length === 1)
        for (const way of found.map(wayOf)) assert.ok(known.has(way), `${JSON.stringify(question)} with ${random}`)
      }
    }
  })
}

test('of the random values, each way of a weighted route takes its share', async () => {
  const dump = await dumpOf(fixture('sidecar'))
  const question = { url: 'http://reviews:9080/' }
  const taken = new Map<string, number>()
  for (let random = 0; random < 1000; random++) {
    const found = traced(dump, question, random)
    assert.ok(typeof found !== 'string')
    for (const way of found.map(wayOf)) taken.set(way, (taken.get(way) ?? 0) + 1)
  }
  const alternatives = traced(dump, question)
  assert.ok(typeof alternatives !== 'string' && alternatives.length > 1)
  for (const alternative of alternatives)
    assert.ok(Math.abs((taken.get(wayOf(alternative)) ?? 0) / 1000 - alternative.probability) < 1e-9)
})

/** A way without how likely it is. */
function wayOf({ hops, outcome: { probability: _, ...outcome } }: Alternative): string {
  return JSON.stringify([hops.map(({ considered: _, ...hop }) => hop), outcome])
}

/** Endpoints, and what was passed over, in an order of their own: theirs is that of the dump. */
function comparable(found: readonly Alternative[] | string): unknown {
  return typeof found === 'string' ? found : sorted(JSON.parse(JSON.stringify(found)))
}

function sorted(value: Json, field = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item))
    return unordered.has(field) ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner ?? null, key)]))
}

const unordered = new Set(['endpoints', 'warnings'])

/** Lists of a dump whose order says nothing: its sections, their entries, virtual hosts, domains, endpoints of a locality. */
const anyOrder =
  /^(?:configs|(?:static|dynamic)_.*|.*_(?:configs|clusters|listeners|secrets)|virtual_hosts|domains|lb_endpoints)$/

/** Weighted clusters end in `clusters` as well: their order decides what a random value takes. */
function shuffled(value: Json, random: () => number, field = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffled(item, random))
    if (!anyOrder.test(field)) return items
    return items
      .map((item): [number, Json] => [random(), item])
      .sort(([x], [y]) => x - y)
      .map(([, item]) => item)
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shuffled(inner ?? null, random, key)]))
}
