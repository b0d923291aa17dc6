import type { JsonObject } from '../json.ts'
import { anyJson } from './message-json.ts'
import { messageRegistry } from './message-registry.ts'

/** A `google.protobuf.Any` as it came. */
export interface PackedMessage {
  readonly typeUrl: string
  readonly value: Uint8Array
}

interface DecodedDump {
  /** As `/config_dump` would answer in JSON. */
  readonly document: JsonObject
  /** What is not known here, one line each. */
  readonly notes: readonly string[]
}

/** The sections of a dump in protobuf, as a control plane gives them over xDS. */
export function dumpOfMessages(messages: readonly PackedMessage[]): DecodedDump {
  const missing = new Set<string>()
  const reader = { registry: messageRegistry(), unknown: (what: string) => missing.add(what) }
  const configs = messages.map(({ typeUrl, value }) => anyJson(reader, typeUrl, value))
  const names = [...missing].sort().join(', ')
  return {
    document: { configs },
    notes: names === '' ? [] : [`not described in the API this program knows, compared as bytes: ${names}`],
  }
}
