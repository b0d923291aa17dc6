import type { Json } from '../../envoy/json.ts'
import { bytes, durations, enums, implicit, maps, numbers } from './scalar-fields.generated.ts'

/**
 * A scalar in the one spelling that the diff compares: durations without trailing zeros, numbers as numbers, base64 in the
 * standard alphabet. Fields whose name means different things in different messages stay as they are.
 * https://protobuf.dev/programming-guides/json/
 */
export function canonicalScalar(field: string, value: Json): Json {
  if (typeof value !== 'string') return value
  if (durationFields.has(field)) return value.replace(/^(-?\d+)(?:\.0+|(\.\d*?)0+)s$/, '$1$2s')
  if (numberFields.has(field)) return numberFrom(value)
  return bytesFields.has(field) ? value.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '') : value
}

/**
 * Whether a value of this field means the same as its absence. Fields with presence (wrappers such as UInt32Value, members of
 * a oneof, messages) are never at their default: `max_connections: 0` is not the same as none.
 * https://protobuf.dev/programming-guides/field_presence/
 */
export function isDefault(field: string, value: Json): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true
  if (typeof value === 'object') return mapFields.has(field) && Object.keys(value).length === 0
  if (!implicitFields.has(field)) return false
  return value === false || value === 0 || value === '' || zeroNames.get(field)?.includes(String(value)) === true
}

/** As a number where that loses no digit. */
function numberFrom(text: string): Json {
  const number = Number(text)
  return text.trim() !== '' && (Number.isSafeInteger(number) || String(number) === text) ? number : text
}

const setOf = (names: string) => new Set(names.split(' '))
const durationFields = setOf(durations)
const numberFields = setOf(numbers)
const bytesFields = setOf(bytes)
const mapFields = setOf(maps)
const implicitFields = setOf(implicit)
const zeroNames = new Map(
  enums.split(' ').map((entry): [string, string[]] => {
    const [field = '', zeros = ''] = entry.split(':')
    return [field, zeros.split('|')]
  }),
)
