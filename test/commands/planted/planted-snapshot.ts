import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { messageRegistry } from '../../../src/envoy/protobuf/message-registry.ts'
import { type Snapshot, urls } from '../../fetch/xds/fake-ads-server.ts'

/** Resources of a dump as a control plane sends them: what Envoy's API does not know is left out, messages of unknown types are structs. */
export function plantedSnapshot(sent: Partial<Readonly<Record<keyof typeof urls, readonly JsonObject[]>>>): Snapshot {
  return new Map(
    Object.entries(urls).map(([kind, url]) => {
      const resources = (sent[kind as keyof typeof urls] ?? []).map(
        (each) => [String(each.name ?? each.cluster_name), encoded(url, each)] as const,
      )
      return [url, { version: '1', resources: new Map(resources) }]
    }),
  )
}

function encoded(url: string, { '@type': _, ...fields }: JsonObject): Uint8Array {
  const registry = messageRegistry()
  const schema = registry.getMessage(url.slice(url.lastIndexOf('/') + 1))
  if (schema === undefined) throw new Error(`${url} is not described`)
  return toBinary(schema, fromJson(schema, known(fields), { registry, ignoreUnknownFields: true }))
}

function known(value: Json | undefined): JsonValue {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(known)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, known(each)]))
  const type = value['@type']
  if (typeof type !== 'string' || messageRegistry().getMessage(type.slice(type.lastIndexOf('/') + 1)) !== undefined)
    return fields
  const { '@type': _, ...struct } = fields
  return { '@type': 'type.googleapis.com/xds.type.v3.TypedStruct', type_url: type, value: struct }
}
