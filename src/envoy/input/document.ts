import type { Section } from '../dump/section.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'
import { type Kind, kinds, sections } from '../kinds.ts'
import { camelName } from '../proto-json/proto-names.ts'
import { clientSections, clientsIn } from './client-status.ts'
import { inlineRoutes } from './inline-routes.ts'
import { bare, kindOfType, known, ofKind } from './made-section.ts'

/** The dump of one proxy inside a document, with the path of keys that leads to it. */
export interface FoundDump {
  readonly path: readonly string[]
  readonly sections: readonly Section[]
}

/**
 * Finds the dumps in a parsed document, whatever stands around them: Envoy's own `{configs: [...]}`, the map form of Envoy before 1.8,
 * one section, a list of sections, bare resources as istioctl prints them, egctl's and Kuma's wrappers, CSDS, a bootstrap file.
 */
export function dumpsIn(document: Json): FoundDump[] {
  return search(document, [])
}

/** Wrappers nest a dump at most this deep: egctl's `{xds: {namespace: {pod: {configs}}}}`. */
const deepestWrapper = 4

function search(value: Json | undefined, path: string[]): FoundDump[] {
  const clients = clientsIn(value)
  if (clients.length > 1) return clients.map(({ id, sections: own }) => ({ path: [...path, id], sections: own }))
  const found = sectionsOf(value)
  if (found !== undefined) return [{ path, sections: found }]
  if (!isObject(value) || path.length >= deepestWrapper) return []
  return Object.entries(value).flatMap(([key, inner]) => (isObject(inner) ? search(inner, [...path, key]) : []))
}

function sectionsOf(value: Json | undefined): Section[] | undefined {
  if (Array.isArray(value)) return sectionList(value) ?? bareResources(value)
  if (!isObject(value)) return undefined
  if ('configs' in value) {
    const { configs } = value
    if (Array.isArray(configs)) return sectionList(configs) ?? bareResources(configs) ?? []
    if (isObject(configs)) return sectionMap(configs)
  }
  return (
    oneSection(value) ??
    clusterStatuses(value) ??
    discoveryResponse(value) ??
    clientSections(value) ??
    typedMap(value) ??
    bootstrap(value) ??
    oneResource(value)
  )
}

function sectionList(items: readonly Json[]): Section[] | undefined {
  const list = items.filter(isObject)
  const isSection = (item: JsonObject) => typeof item['@type'] === 'string' && /ConfigDump\b/.test(item['@type'])
  return list.some(isSection) ? list.map((item) => known(stringOf(item['@type']) ?? '', item)) : undefined
}

function oneSection(value: JsonObject): Section[] | undefined {
  if (typeof value['@type'] === 'string' && /ConfigDump\b/.test(value['@type'])) return [known(value['@type'], value)]
  for (const kind of kinds) {
    const { lists } = sections[kind]
    if (lists.some(({ field }) => field in value || camelName(field) in value)) return [ofKind(kind, value)]
  }
  return undefined
}

/** `configs` as a map, Envoy 1.6 and 1.7: `{"clusters": {...}, "listeners": {...}}`. */
function sectionMap(configs: JsonObject): Section[] {
  return Object.entries(configs).map(([name, value]) => {
    const section = isObject(value) ? value : { value: value ?? null }
    const type = section['@type']
    if (typeof type === 'string') return known(type, section)
    const kind = kinds.find((candidate) => candidate === name)
    return kind === undefined ? known(name, section) : ofKind(kind, section)
  })
}

/** The reply to `/clusters?format=json`. */
function clusterStatuses(value: JsonObject): Section[] | undefined {
  return 'cluster_statuses' in value || 'clusterStatuses' in value ? [ofKind('clusterStatuses', value)] : undefined
}

/** A saved xDS response: https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto */
function discoveryResponse(value: JsonObject): Section[] | undefined {
  const isResponse = 'typeUrl' in value || 'type_url' in value
  return isResponse && Array.isArray(value.resources) ? bareResources(value.resources) : undefined
}

/** Kuma's and other maps from a resource's type URL to its resources by name, or to a list of them. */
function typedMap(value: JsonObject): Section[] | undefined {
  const found = Object.entries(value).flatMap(([type, resources]) => {
    const kind = kindOfType(type)
    if (kind === undefined) return []
    const found = Array.isArray(resources) ? resources.filter(isObject) : objectsIn(resources)
    return found.length > 0 || isObject(resources) ? [bare(kind, found)] : []
  })
  return found.length > 0 ? found : undefined
}

/** An Envoy configuration file: what it lists statically is what Envoy would load, the route tables inside its listeners too. */
function bootstrap(value: JsonObject): Section[] | undefined {
  const isBootstrap = 'static_resources' in value || 'staticResources' in value || 'dynamic_resources' in value
  if (!isBootstrap) return undefined
  const resources = objectOf(value.static_resources ?? value.staticResources)
  const listeners = objectsOf(resources.listeners)
  return [
    ofKind('bootstrap', { bootstrap: value }),
    bare('clusters', objectsOf(resources.clusters)),
    bare('listeners', listeners),
    bare('routes', listeners.flatMap(inlineRoutes)),
    bare('secrets', objectsOf(resources.secrets)),
  ]
}

/** One resource alone, as it stands in a file that a tool checks: Envoy's router check takes a route configuration. */
function oneResource(value: JsonObject): Section[] | undefined {
  const kind = (['routes', 'listeners'] as const).find((each) => kindOfFields(value) === each)
  return kind === undefined ? undefined : [bare(kind, [value])]
}

/** Bare resources, as `istioctl proxy-config KIND -o json` prints them. */
function bareResources(items: readonly Json[]): Section[] | undefined {
  const list = items.filter(isObject)
  const byKind = new Map<Kind, JsonObject[]>()
  for (const item of list) {
    const kind = kindOfType(stringOf(item['@type']) ?? '') ?? kindOfFields(item)
    if (kind === undefined) return undefined
    const known = byKind.get(kind)
    if (known === undefined) byKind.set(kind, [item])
    else known.push(item)
  }
  return byKind.size > 0 ? [...byKind].map(([kind, resources]) => bare(kind, resources)) : undefined
}

function kindOfFields(resource: JsonObject): Kind | undefined {
  const hasOne = (fields: readonly string[] = []) =>
    fields.some((field) => field in resource || camelName(field) in resource)
  return (
    kinds.find((kind) => hasOne(sections[kind].onlyFields)) ?? kinds.find((kind) => hasOne(sections[kind].likelyFields))
  )
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return isObject(value) ? Object.values(value).filter(isObject) : []
}
