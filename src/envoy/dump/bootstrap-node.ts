import { type JsonObject, objectOf } from '../json.ts'
import type { ConfigDump } from './config-dump.ts'

/** What Envoy was started with; empty when the dump lacks it. */
export function bootstrapOf(dump: ConfigDump): JsonObject {
  return objectOf(dump.entries('bootstrap')[0]?.resource)
}

/** The node as which a proxy introduces itself to its control plane; empty when the dump lacks the bootstrap. */
export function nodeOf(dump: ConfigDump): JsonObject {
  return objectOf(bootstrapOf(dump).node)
}
