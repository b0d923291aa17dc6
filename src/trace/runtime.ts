import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf } from '../envoy/json.ts'

/** Runtime values that the bootstrap sets; later layers win. Values of RTDS and of the admin endpoint are not in a dump. */
export type RuntimeLayers = readonly JsonObject[]

export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

/** The static layers of a bootstrap, first to last. */
export function runtimeOf(bootstrap: JsonObject): RuntimeLayers {
  return objectsOf(objectOf(bootstrap.layered_runtime).layers).map((layer) => objectOf(layer.static_layer))
}

/**
 * `RuntimeFractionalPercent`: the runtime's value if there is one (an integer means percent), else the default.
 * (SnapshotImpl::featureEnabled)
 */
export function runtimeFraction(percent: JsonObject, runtime: RuntimeLayers): Fraction {
  const override = runtimeValue(runtime, percent.runtime_key)
  if (isObject(override)) return fractionOf(override)
  const whole = numberOf(override)
  return whole === undefined ? fractionOf(objectOf(percent.default_value)) : { numerator: whole, denominator: 100 }
}

/** `envoy.type.v3.FractionalPercent`; a missing numerator is 0. */
export function fractionOf(percent: JsonObject): Fraction {
  return { numerator: numberOf(percent.numerator) ?? 0, denominator: denominators[String(percent.denominator)] ?? 100 }
}

/** A runtime key's value; a dotted key may be spelled as nested structs. */
export function runtimeValue(runtime: RuntimeLayers, key: unknown): Json | undefined {
  if (typeof key !== 'string' || key === '') return undefined
  let value: Json | undefined
  for (const layer of runtime) value = find(layer, key) ?? value
  return value
}

function find(struct: JsonObject, key: string): Json | undefined {
  if (struct[key] !== undefined) return struct[key]
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const inner = struct[key.slice(0, dot)]
    const found = isObject(inner) ? find(inner, key.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const denominators: Readonly<Record<string, number>> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 }
