import { isObject, type Json } from '../../envoy/json.ts'

/**
 * Whether two values are equal as JSON, whatever the order of their keys. Much cheaper than the canonical form, and true for
 * nearly all resources of a healthy proxy; false says nothing yet. Values nested deeper than `levels` count as unequal.
 */
export function isSame(a: Json | undefined, b: Json | undefined, levels = 500): boolean {
  if (a === b) return true
  if (levels === 0) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index], levels - 1))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], levels - 1))
}
