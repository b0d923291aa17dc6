import { type DescEnum, fromBinary, type Registry, toJson } from '@bufbuild/protobuf'
import { isReflectMessage, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect'
import { platform } from '../../platform/node.ts'
import type { Json, JsonObject } from '../json.ts'
import { scalarJson } from './scalar-json.ts'

export interface MessageReader {
  readonly registry: Registry
  /** Called with what could not be read by name: types, and fields of types. */
  unknown(what: string): void
}

/** As many levels as protobuf's own libraries read. */
const deepest = 100

/**
 * A `google.protobuf.Any` as protobuf-JSON. Nothing is lost: a type that is not known, or bytes that are not of it, stay as
 * `{"@type": …, "value": base64}`, and a field that is not known stands under its number. The library's own `toJson` is only
 * used for the well-known types, because it fails on the first type that it does not know.
 * @param typeUrl ends in the full name of the message
 */
export function anyJson(reader: MessageReader, typeUrl: string, value: Uint8Array, depth = 0): JsonObject {
  const type = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  const schema = depth < deepest ? reader.registry.getMessage(type) : undefined
  try {
    if (schema !== undefined) {
      const json = messageJson(reader, reflect(schema, fromBinary(schema, value)), depth + 1)
      return isWellKnown(type) ? { '@type': typeUrl, value: json } : { '@type': typeUrl, ...objectFrom(json) }
    }
  } catch {
    // Whatever the library says of the bytes: they are not of this type, as it is known here.
  }
  reader.unknown(type)
  return { '@type': typeUrl, value: base64(value) }
}

function messageJson(reader: MessageReader, message: ReflectMessage, depth: number): Json {
  const { desc } = message
  if (desc.typeName === 'google.protobuf.Any') return anyField(reader, message, depth)
  if (isWellKnown(desc.typeName)) return toJson(desc, message.message)
  const json: JsonObject = {}
  for (const field of message.fields) {
    if (message.isSet(field)) json[field.jsonName] = fieldJson(reader, message, field, depth)
  }
  for (const { no, data } of message.getUnknown() ?? []) {
    reader.unknown(`field ${no} of ${desc.typeName}`)
    const before = json[no]
    json[no] = typeof before === 'string' ? `${before} ${base64(data)}` : base64(data)
  }
  return json
}

/** `{}` is an Any that was never set. */
function anyField(reader: MessageReader, message: ReflectMessage, depth: number): Json {
  const [typeUrl, value] = message.fields.map((field) => message.get(field))
  if (typeof typeUrl !== 'string' || !(value instanceof Uint8Array) || typeUrl === '') return {}
  return anyJson(reader, typeUrl, value, depth)
}

function fieldJson(
  reader: MessageReader,
  message: ReflectMessage,
  field: ReflectMessage['fields'][number],
  depth: number,
): Json {
  switch (field.fieldKind) {
    case 'scalar':
      return scalarJson(field.scalar, message.get(field))
    case 'enum':
      return enumJson(field.enum, message.get(field))
    case 'message':
      return messageJson(reader, message.get(field), depth)
    case 'list':
      return [...message.get(field)].map((item) => itemJson(reader, field, item, depth))
    case 'map':
      return Object.fromEntries(
        [...message.get(field)].map(([key, item]) => [String(key), itemJson(reader, field, item, depth)]),
      )
  }
}

type Many = Extract<ReflectMessage['fields'][number], { fieldKind: 'list' | 'map' }>

function itemJson(reader: MessageReader, field: Many, item: unknown, depth: number): Json {
  const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind
  if (kind === 'message') return isReflectMessage(item) ? messageJson(reader, item, depth) : null
  if (field.enum !== undefined) return enumJson(field.enum, item)
  return field.scalar === undefined ? null : scalarJson(field.scalar, item)
}

/** A value that is not known stays a number. */
function enumJson(type: DescEnum, value: unknown): Json {
  if (type.typeName === 'google.protobuf.NullValue') return null
  return typeof value === 'number' ? (type.value[value]?.name ?? value) : null
}

/** Those of which protobuf-JSON has a form of their own. `Empty` has none but is recognised in an Any all the same. */
function isWellKnown(type: string): boolean {
  return type.startsWith('google.protobuf.')
}

function objectFrom(json: Json): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
}

function base64(bytes: Uint8Array): string {
  return platform.toBase64(bytes)
}
