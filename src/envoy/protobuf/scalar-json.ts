import { ScalarType } from '@bufbuild/protobuf'
import { platform } from '../../platform/node.ts'
import type { Json } from '../json.ts'

/**
 * A scalar as protobuf-JSON writes it: 64-bit integers as strings, bytes in base64, a float with no more digits than it has.
 * https://protobuf.dev/programming-guides/json/
 */
export function scalarJson(type: ScalarType, value: unknown): Json {
  if (value instanceof Uint8Array) return platform.toBase64(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'number') return type === ScalarType.FLOAT ? shortestFloat(value) : value
  return typeof value === 'boolean' ? value : String(value)
}

/** 0.1 as a float is 0.10000000149011612 as a double: nine digits always tell floats apart, most need fewer. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return rounded
  }
  return Number(value.toPrecision(9))
}
