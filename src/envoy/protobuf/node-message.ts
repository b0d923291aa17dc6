import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { AppError } from '../../errors.ts'
import type { JsonObject } from '../json.ts'
import { messageRegistry } from './message-registry.ts'

/**
 * An `envoy.config.core.v3.Node` in protobuf, of the JSON that `/server_info` has. The list of Envoy's extensions, a hundred times the
 * rest, is left out.
 * @throws AppError when it is no node
 */
export function nodeMessage({ extensions: _, ...node }: JsonObject): Uint8Array {
  const registry = messageRegistry()
  const schema = registry.getMessage('envoy.config.core.v3.Node')
  if (schema === undefined) throw new Error('the descriptors lack Node')
  try {
    return toBinary(schema, fromJson(schema, node as JsonValue, { registry, ignoreUnknownFields: true }))
  } catch (cause) {
    throw new AppError("the proxy's /server_info has a node that cannot be read", { cause })
  }
}
