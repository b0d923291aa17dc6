import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf } from '../../envoy/json.ts'
import { type Fraction, fractionOf } from '../../envoy/text/fractional-percent.ts'

/** Envoy's runtime: values that override configured ones by key. */
export interface Runtime {
  value(key: string): Json | undefined
  /** A `RuntimeFractionalPercent`, after any override. */
  fraction(percent: JsonObject): Fraction
}

/**
 * The runtime of a bootstrap's static layers, later ones winning. Values of RTDS and of the admin endpoint are not in a dump.
 * An integer override means percent. (SnapshotImpl::featureEnabled)
 */
export function runtimeOf(bootstrap: JsonObject): Runtime {
  const layers = objectsOf(objectOf(bootstrap.layered_runtime).layers).map((layer) => objectOf(layer.static_layer))
  // Of each cluster of a mesh some keys are asked for, and hardly ever one is set.
  const heads = new Set(layers.flatMap(Object.keys).map(headOf))
  const value = (key: string): Json | undefined => {
    let found: Json | undefined
    if (heads.has(headOf(key))) for (const layer of layers) found = find(layer, key) ?? found
    return found
  }
  const fraction = (percent: JsonObject): Fraction => {
    const override = typeof percent.runtime_key === 'string' ? value(percent.runtime_key) : undefined
    if (isObject(override)) return fractionOf(override)
    const whole = numberOf(override)
    return whole === undefined ? fractionOf(objectOf(percent.default_value)) : { numerator: whole, denominator: 100 }
  }
  return { value, fraction }
}

/** What a key begins with, up to its first dot. */
function headOf(key: string): string {
  const dot = key.indexOf('.')
  return dot === -1 ? key : key.slice(0, dot)
}

/** A dotted key may be spelled as nested structs. */
function find(struct: JsonObject, key: string): Json | undefined {
  if (struct[key] !== undefined) return struct[key]
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const inner = struct[key.slice(0, dot)]
    const found = isObject(inner) ? find(inner, key.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
