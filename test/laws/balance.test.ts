import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { seeded } from '../analyses/diff/dumps.ts'
import { askAll, dumpOf, endpoint, get } from '../analyses/trace/dump-of.ts'
import { everything, httpProxy } from '../analyses/trace/http-proxy.ts'

type Random = () => number

function oneOf<T>(random: Random, ...values: [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0]
}

/** Some localities of some priorities, whose endpoints are healthy, degraded or not, with weights or without. */
function assignment(random: Random): JsonObject {
  const localities = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, at) => ({
    locality: { region: 'r', zone: `z${at}` },
    priority: at === 0 ? 0 : Math.floor(random() * (at + 1)),
    load_balancing_weight: 1 + Math.floor(random() * 5),
    lb_endpoints: Array.from({ length: Math.floor(random() * 4) }, (_, host) => ({
      ...endpoint(`10.${at}.0.${host + 1}:80`),
      health_status: oneOf(random, 'HEALTHY', 'HEALTHY', 'UNHEALTHY', 'DEGRADED', 'DRAINING'),
      ...(random() < 0.5 ? {} : { load_balancing_weight: 1 + Math.floor(random() * 9) }),
    })),
  }))
  // Envoy rejects an assignment that skips a priority.
  const used = [...new Set(localities.map(({ priority }) => priority))].toSorted((a, b) => a - b)
  return {
    cluster_name: 'c',
    endpoints: localities.map((locality) => ({ ...locality, priority: used.indexOf(locality.priority) })),
    policy: { overprovisioning_factor: oneOf(random, 140, 100, 200) },
  }
}

function cluster(random: Random): JsonObject {
  return {
    name: 'c',
    type: 'EDS',
    eds_cluster_config: { service_name: 'c' },
    lb_policy: oneOf(random, 'ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'RING_HASH', 'MAGLEV'),
    common_lb_config: {
      healthy_panic_threshold: { value: oneOf(random, 0, 50, 100) },
      ...(random() < 0.4 ? { locality_weighted_lb_config: {} } : {}),
    },
  }
}

async function alternativesFor(own: JsonObject, endpoints: JsonObject): Promise<readonly Alternative[]> {
  const manager = await httpProxy([{ match: everything, route: { cluster: 'c' } }])
  const listeners = manager.entries('listeners').map(({ resource }) => resource)
  return askAll(await dumpOf({ listeners, clusters: [own], endpoints: [endpoints] }), get('h'))
}

const sum = (parts: readonly { readonly probability: number }[]): number =>
  parts.reduce((total, { probability }) => total + probability, 0)

/** How likely each address is, over all alternatives. */
function shares(alternatives: readonly Alternative[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { probability, hops } of alternatives)
    for (const { address, probability: share } of hops.at(-1)?.endpoints ?? [])
      found.set(address, (found.get(address) ?? 0) + probability * share)
  return found
}

test('all is shared out among endpoints, each is told of once, and their order makes no difference', async () => {
  for (let seed = 1; seed <= 150; seed++) await holds(seed)
})

async function holds(seed: number): Promise<void> {
  const random = seeded(seed)
  for (let warm = 0; warm < 5; warm++) random()
  const [own, endpoints] = [cluster(random), assignment(random)]
  const alternatives = await alternativesFor(own, endpoints)
  assert.ok(Math.abs(sum(alternatives) - 1) < 1e-9, `seed ${seed}`)
  for (const { hops, outcome } of alternatives) {
    const { endpoints: picked = [], considered } = hops[0] ?? { considered: {} }
    assert.equal(picked.length === 0, outcome.kind === 'noHealthyUpstream', `seed ${seed}`)
    if (picked.length > 0) assert.ok(Math.abs(sum(picked) - 1) < 1e-9, `seed ${seed}`)
    const addresses = [...picked, ...(considered.endpoints ?? [])].map(({ address }) => address)
    assert.equal(new Set(addresses).size, addresses.length, `seed ${seed}`)
  }
  const list = endpoints.endpoints
  assert.ok(Array.isArray(list))
  const turned = await alternativesFor(own, { ...endpoints, endpoints: list.toReversed() })
  const expected = shares(alternatives)
  const actual = shares(turned)
  assert.deepEqual([...actual.keys()].toSorted(), [...expected.keys()].toSorted(), `seed ${seed}`)
  for (const [address, share] of expected)
    assert.ok(Math.abs((actual.get(address) ?? 0) - share) < 1e-9, `seed ${seed}: ${address}`)
}
