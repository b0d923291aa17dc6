import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { equalFactsOnce } from '../../src/commands/lint/equal-facts.ts'
import { loadedDigests } from '../../src/commands/lint/loaded-digests.ts'
import { type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'
import type { Fleet } from '../../src/lint/fleet/fleet.ts'
import { fleetProxy } from '../../src/lint/fleet/fleet-proxy.ts'
import { istioObjects } from '../../src/lint/fleet/istio-objects.ts'
import { endpointsOfServices, lastingDifferences } from '../../src/lint/fleet/service-endpoints.ts'
import type { FleetRule } from '../../src/lint/rule.ts'
import { fleetRules } from '../../src/lint/rules/fleet-rules.ts'
import { checkFleet } from '../../src/lint/run/check-fleet.ts'
import { caseProxy, changed } from './case-proxy.ts'

const folder = join(import.meta.dirname, '../../src/lint/rules/fleet')

test('every rule of several proxies has cases of both kinds beside it', () => {
  const files = globSync('*.cases.yaml', { cwd: folder }).map((file) => basename(file, '.cases.yaml'))
  assert.deepEqual(files.toSorted(), fleetRules.map(({ id }) => id).toSorted())
  for (const { id } of fleetRules)
    for (const kind of ['valid', 'invalid'] as const) assert.ok(casesOf(id)[kind].length > 0, `${id} ${kind}`)
})

for (const rule of fleetRules) {
  test(`${rule.id}: ${rule.title}`, async () => {
    const { valid, invalid } = casesOf(rule.id)
    for (const one of valid) assert.deepEqual((await checked(rule, one)).found, [], `valid: ${String(one.case)}`)
    for (const one of invalid) {
      const { found, severities } = await checked(rule, one)
      const expected = [one.finds].flat()
      // A place alone stands for whatever is said of it.
      const shown = found.map(({ place, message }, at) => (expected[at] === place ? place : `${place}: ${message}`))
      assert.deepEqual(shown, expected, `invalid: ${String(one.case)}`)
      for (const severity of severities) assert.equal(severity, one.severity ?? rule.severity, String(one.case))
    }
  })
}

test('what was not read is said, and nothing concluded', () => {
  const alone: Fleet = { proxies: [], hasEndpointSlices: false, controlPlane: undefined, objects: undefined }
  const { found, silent } = checkFleet(fleetRules, alone)
  assert.deepEqual(found, [])
  assert.deepEqual(
    silent.map(({ rule }) => rule),
    fleetRules.map(({ id }) => id),
  )
  const broken: FleetRule = {
    ...fleetRules[0],
    id: 'broken',
    needs: [],
    // biome-ignore lint/correctness/useYield: it throws before
    *checkFleet() {
      throw new TypeError('SECRET')
    },
  } as FleetRule
  const [defect] = checkFleet([broken], alone).silent
  assert.match(JSON.stringify(defect), /"broken".*"defect":"TypeError/)
  assert.ok(!JSON.stringify(defect).includes('SECRET'))
})

async function checked(rule: FleetRule, one: JsonObject) {
  const { proxies, services, slices, later, controlPlane, virtualServices, gateways } = one
  const read = (list: Json | undefined) => endpointsOfServices(objectsOf(services), objectsOf(list))
  const [before, after] = [read(slices), read(later ?? slices)]
  const digests = new Map<string, string>()
  const once = equalFactsOnce()
  const facts = await Promise.all(
    Object.entries(objectOf(proxies)).map(async ([proxy, changes]) => {
      const linted = await caseProxy({ proxy, ...changed(objectOf(changes)) })
      const facts = fleetProxy(linted, {
        services: before,
        loaded: loadedDigests(linted.dump, undefined, digests),
        asksForOrigins: true,
      })
      // As it comes from a thread.
      const own = once(structuredClone(facts))
      return { ...own, differences: lastingDifferences(own.differences, after) }
    }),
  )
  const { found, silent } = checkFleet([rule], {
    proxies: facts,
    hasEndpointSlices: services !== undefined,
    objects: istioObjects(objectsOf(virtualServices), objectsOf(gateways)),
    controlPlane: objectsOf(controlPlane).map(({ name, revision, version }) => ({
      name: String(name),
      revision: String(revision),
      version: stringOf(version),
    })),
  })
  assert.deepEqual(silent, [])
  return {
    severities: found.flatMap(({ findings }) => findings.map(({ severity }) => severity)),
    found: found.flatMap(({ proxy, findings }) =>
      findings.map(({ resource, message }) => ({ place: `${proxy} ${resource}`, message })),
    ),
  }
}

function casesOf(id: string): { readonly valid: readonly JsonObject[]; readonly invalid: readonly JsonObject[] } {
  const { valid, invalid } = objectOf(load(readFileSync(join(folder, `${id}.cases.yaml`), 'utf8')))
  return { valid: objectsOf(valid), invalid: objectsOf(invalid) }
}
