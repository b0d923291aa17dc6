import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { comparedSide, comparisonPatch } from '../../../src/analyses/compare/comparison-document.ts'
import { isObject, type Json, type JsonObject, objectsOf } from '../../../src/envoy/json.ts'
import { fixture, seeded } from '../diff/dumps.ts'
import { comparison } from './proxies.ts'

/** Lists of a dump's sections, the way from an element to its resource, and the kind that it is of. */
const lists = [
  ['static_clusters', 'cluster', 'clusters'],
  ['dynamic_active_clusters', 'cluster', 'clusters'],
  ['static_listeners', 'listener', 'listeners'],
  ['dynamic_listeners', 'active_state.listener', 'listeners'],
  ['static_route_configs', 'route_config', 'routes'],
  ['dynamic_route_configs', 'route_config', 'routes'],
  ['static_endpoint_configs', 'endpoint_config', 'endpoints'],
  ['dynamic_endpoint_configs', 'endpoint_config', 'endpoints'],
  ['static_secrets', 'secret', 'secrets'],
  ['dynamic_active_secrets', 'secret', 'secrets'],
  ['ecds_filters', 'ecds_filter', 'ecds'],
] as const

interface Place {
  readonly kind: string
  readonly path: string
  readonly edit: () => void
}

/** Every scalar of every resource in use that means something to Envoy, and how to give it another value. */
function placesIn(dump: JsonObject): Place[] {
  return objectsOf(dump.configs).flatMap((section) => [
    ...(isObject(section.bootstrap) ? placesOf(section.bootstrap, 'bootstrap') : []),
    ...lists.flatMap(([list, way, kind]) =>
      objectsOf(section[list]).flatMap((element) => {
        const resource = way
          .split('.')
          .reduce<Json>((at, field) => (isObject(at) ? (at[field] ?? null) : null), element)
        return isObject(resource) ? placesOf(resource, kind) : []
      }),
    ),
  ])
}

/**
 * All that is no difference by a documented rule, or is two: Envoy works out the health of endpoints itself; under another name a resource is
 * another one, so that one is gone and one has come.
 */
const passedOver = /^(?:name|cluster_name)$|health_status/

/** What Envoy puts in place of keys and other secrets, which are not known then. */
const hiddenByEnvoy: ReadonlySet<Json> = new Set(['[redacted]', 'W3JlZGFjdGVkXQ=='])

function placesOf(resource: JsonObject, kind: string): Place[] {
  const found: Place[] = []
  const walk = (holder: JsonObject | Json[], path: string): void => {
    for (const [key, value = null] of Object.entries(holder)) {
      const at = path === '' ? key : `${path}.${key}`
      if (isObject(value) || Array.isArray(value)) walk(value, at)
      else if (!passedOver.test(at) && !hiddenByEnvoy.has(value))
        found.push({ kind, path: at, edit: () => Object.assign(holder, { [key]: other(value) }) })
    }
  }
  walk(resource, '')
  return found
}

function other(value: Json): Json {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  const text = String(value)
  if (/^\d+$/.test(text)) return String(Number(text) + 1)
  return /^[\d.]+s$/.test(text) ? `${Number.parseFloat(text) + 1}s` : `${text}x`
}

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  )
}

for (const name of [
  'sidecar',
  'gateway',
  'updating',
  'authz',
  'aggregate',
  'certificates',
  'control-planes',
  'sidecar-1.38.3',
  'tcp',
  'internal',
  'health',
  'warming',
  'rejected',
])
  test(`${name}: one edit in any kind is one resource, nothing else, and the patch leads there`, async () => {
    const from = fixture(name)
    const kinds = [...new Set(placesIn(from).map(({ kind }) => kind))]
    for (let seed = 1; seed <= 30; seed++) {
      const random = seeded(seed)
      const edited = fixture(name)
      const kind = kinds[seed % kinds.length]
      const places = placesIn(edited).filter((place) => place.kind === kind)
      const place = places[Math.floor(random() * places.length)]
      if (place === undefined) continue
      place.edit()
      const found = await comparison(from, edited, { identity: true })
      const told = found.kinds.flatMap(({ kind: about, removed, added, changed, unused }) =>
        [...removed, ...added, ...changed, ...unused].map(() => about),
      )
      assert.deepEqual(told, [kind], `seed ${seed}: ${place.path}`)
      const side = JSON.parse(JSON.stringify(comparedSide(found, 'before')))
      patch(side, JSON.parse(JSON.stringify(comparisonPatch(found))))
      assert.deepEqual(
        sorted(side),
        sorted(JSON.parse(JSON.stringify(comparedSide(found, 'after')))),
        `seed ${seed}: ${place.path}`,
      )
    }
  })
