import type { JsonObject } from '../../envoy/json.ts'
import { readFields, textOf } from '../xds/protobuf.ts'

/**
 * An `envoy.service.status.v3.ClientConfig` as protobuf-JSON, as far as it says how a proxy stands: the configuration itself is left out.
 * https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/status/v3/csds.proto
 */
export function readClientConfig(bytes: Uint8Array): JsonObject {
  const config = { node: {} as JsonObject, xdsConfig: [] as JsonObject[], genericXdsConfigs: [] as JsonObject[] }
  for (const field of readFields(bytes)) {
    if (field.number === 1) config.node = readNode(field.bytes)
    else if (field.number === 2) config.xdsConfig.push(readPerXdsConfig(field.bytes))
    else if (field.number === 3) config.genericXdsConfigs.push(readGenericConfig(field.bytes))
  }
  return config
}

/** envoy.config.core.v3.Node: `id` and the texts among `metadata`. */
function readNode(bytes: Uint8Array): JsonObject {
  const metadata: JsonObject = {}
  let id = ''
  for (const field of readFields(bytes)) {
    if (field.number === 1) id = textOf(field.bytes)
    if (field.number !== 3) continue
    for (const entry of readFields(field.bytes)) {
      const [name, value] = readStructEntry(entry.bytes)
      if (value !== undefined) metadata[name] = value
    }
  }
  return { id, metadata }
}

/** One entry of a google.protobuf.Struct; the value only where it is a string. */
function readStructEntry(bytes: Uint8Array): [name: string, value: string | undefined] {
  let name = ''
  let value: string | undefined
  for (const field of readFields(bytes)) {
    if (field.number === 1) name = textOf(field.bytes)
    if (field.number !== 2) continue
    for (const part of readFields(field.bytes)) if (part.number === 3) value = textOf(part.bytes)
  }
  return [name, value]
}

/** A section of PerXdsConfig, with the numbers of its fields. */
interface SectionFields {
  readonly section: string
  /** Lists of resources, by their number in the section's dump. */
  readonly lists: Readonly<Record<number, string>>
  /** In an entry: its name, or the `Any` of the resource, whose first field is its name. */
  readonly name: number
  readonly resource: number
  readonly errorState: number
  readonly clientStatus: number
}

/** https://github.com/envoyproxy/envoy/blob/main/api/envoy/admin/v3/config_dump_shared.proto; 0 is the number of no field. */
const sectionOf: Readonly<Record<number, SectionFields>> = {
  2: {
    section: 'listenerConfig',
    lists: { 3: 'dynamicListeners' },
    name: 1,
    resource: 0,
    errorState: 5,
    clientStatus: 6,
  },
  3: {
    section: 'clusterConfig',
    lists: { 3: 'dynamicActiveClusters', 4: 'dynamicWarmingClusters' },
    name: 0,
    resource: 2,
    errorState: 4,
    clientStatus: 5,
  },
  4: {
    section: 'routeConfig',
    lists: { 3: 'dynamicRouteConfigs' },
    name: 0,
    resource: 2,
    errorState: 4,
    clientStatus: 5,
  },
  5: {
    section: 'scopedRouteConfig',
    lists: { 2: 'dynamicScopedRouteConfigs' },
    name: 1,
    resource: 0,
    errorState: 5,
    clientStatus: 6,
  },
  6: {
    section: 'endpointConfig',
    lists: { 3: 'dynamicEndpointConfigs' },
    name: 0,
    resource: 2,
    errorState: 4,
    clientStatus: 5,
  },
}

/** One section: its own status, and of each resource in it the name, whether it was rejected, and why. */
function readPerXdsConfig(bytes: Uint8Array): JsonObject {
  const config: JsonObject = {}
  for (const { number, integer, bytes: content } of readFields(bytes)) {
    const fields = sectionOf[number]
    if (number === 1) config.status = integer
    else if (fields !== undefined) config[fields.section] = readSection(content, fields)
  }
  return config
}

function readSection(bytes: Uint8Array, fields: SectionFields): JsonObject {
  const lists = new Map<string, JsonObject[]>()
  for (const { number, bytes: content } of readFields(bytes)) {
    const list = fields.lists[number]
    if (list !== undefined) lists.set(list, [...(lists.get(list) ?? []), readEntry(content, fields)])
  }
  return Object.fromEntries(lists)
}

function readEntry(bytes: Uint8Array, { name, resource, errorState, clientStatus }: SectionFields): JsonObject {
  const entry: JsonObject = {}
  for (const { number, integer, bytes: content } of readFields(bytes)) {
    if (number === name) entry.name = textOf(content)
    else if (number === resource) entry.name = nameInAny(content)
    else if (number === errorState) entry.errorState = readErrorState(content)
    else if (number === clientStatus) entry.clientStatus = integer
  }
  return entry
}

/** Of a cluster, a route configuration and an assignment of endpoints the name is the first field. */
function nameInAny(bytes: Uint8Array): string {
  for (const { number, bytes: value } of readFields(bytes)) {
    if (number !== 2) continue
    for (const field of readFields(value)) if (field.number === 1) return textOf(field.bytes)
  }
  return ''
}

function readGenericConfig(bytes: Uint8Array): JsonObject {
  const config: JsonObject = {}
  for (const field of readFields(bytes)) {
    if (field.number === 1) config.typeUrl = textOf(field.bytes)
    else if (field.number === 2) config.name = textOf(field.bytes)
    else if (field.number === 5) config.lastUpdated = readTimestamp(field.bytes)
    else if (field.number === 6) config.configStatus = field.integer
    else if (field.number === 7) config.clientStatus = field.integer
    else if (field.number === 8) config.errorState = readErrorState(field.bytes)
  }
  return config
}

/** RFC 3339, to the millisecond. */
function readTimestamp(bytes: Uint8Array): string {
  let milliseconds = 0
  for (const { number, integer } of readFields(bytes)) {
    if (number === 1) milliseconds += integer * 1000
    else if (number === 2) milliseconds += Math.floor(integer / 1_000_000)
  }
  // A time before 1970, as Go's zero time, is a negative number: as an unsigned one it is no date at all.
  const time = new Date(milliseconds)
  return Number.isNaN(time.getTime()) ? '' : time.toISOString()
}

/** envoy.admin.v3.UpdateFailureState */
function readErrorState(bytes: Uint8Array): JsonObject {
  const state: JsonObject = {}
  for (const field of readFields(bytes)) {
    if (field.number === 2) state.lastUpdateAttempt = readTimestamp(field.bytes)
    else if (field.number === 3) state.details = textOf(field.bytes)
  }
  return state
}
