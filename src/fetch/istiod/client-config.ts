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

const sectionOf: Readonly<Record<number, string>> = {
  2: 'listenerConfig',
  3: 'clusterConfig',
  4: 'routeConfig',
  5: 'scopedRouteConfig',
  6: 'endpointConfig',
}

function readPerXdsConfig(bytes: Uint8Array): JsonObject {
  const config: JsonObject = {}
  for (const { number, integer } of readFields(bytes)) {
    const section = sectionOf[number]
    if (number === 1) config.status = integer
    else if (section !== undefined) config[section] = {}
  }
  return config
}

function readGenericConfig(bytes: Uint8Array): JsonObject {
  const config: JsonObject = {}
  for (const field of readFields(bytes)) {
    if (field.number === 1) config.typeUrl = textOf(field.bytes)
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
