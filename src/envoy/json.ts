/** Parsed JSON as it comes from outside: nothing about its shape is taken for granted. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json | undefined }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as an object; an empty one when it is anything else. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : none
}

/** A member by a name that others chose: not what every object inherits. */
export function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/**
 * The value as a list. A single object stands for a list of one: Envoy accepts that in old Struct configs
 * (`"http_filters": {"name": …}`) and dumps it as it came.
 */
export function listOf(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value as Json[]
  return isObject(value) ? [value] : []
}

/** The objects of a list; anything else in it is passed over. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isObject)
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A text, a number or a boolean as text; anything else is as good as absent: an object is no name. */
export function scalarText(value: unknown, absent = ''): string {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isScalar ? String(value) : absent
}

/** A number, also where protobuf-JSON writes it as a string (64-bit integers). */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined
}

/** The strings of a list; a lone string stands for a list of one. */
export function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

const none: JsonObject = Object.freeze({})
