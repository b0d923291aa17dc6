import { irregular, old } from './proto-fields.generated.ts'

const jsonNames = new Map<string, string>()
const protoNames = new Map<string, string>()
for (const pair of irregular.split(' ')) {
  const [proto = '', json = ''] = pair.split(':')
  jsonNames.set(proto, json)
  protoNames.set(json, proto)
}

/**
 * The JSON name of a field: `route_config` gives `routeConfig`. A key that would not convert back to itself (`a_1`, `x-y`,
 * `_a`) is no regular field name and stays as it is. https://protobuf.dev/programming-guides/json/#field-names
 */
export function camelName(name: string): string {
  const known = jsonNames.get(name)
  if (known !== undefined) return known
  if (!/^[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)+$/.test(name)) return name
  return name.replace(/_[a-z]/g, (match) => match.charAt(1).toUpperCase())
}

/** The field name of a JSON name: `routeConfig` gives `route_config`. The inverse of camelName; other keys stay as they are. */
export function snakeName(name: string): string {
  const known = protoNames.get(name)
  if (known !== undefined) return known
  if (!/^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(name)) return name
  return name.replace(/[A-Z]/g, (match) => `_${match.toLowerCase()}`)
}

/**
 * Prefix of a field or enum value that v3 had deprecated, in dumps of Envoy 1.13 to 1.17 that hold an upgraded v2 resource.
 * https://www.envoyproxy.io/docs/envoy/v1.17.0/faq/api/transition
 */
const hidden = 'hidden_envoy_deprecated_'
let oldNames: ReadonlySet<string> | undefined

/** The name that stands behind `hidden_envoy_deprecated_`, for those that the API once had; any other name as it is. */
export function plainName(name: string): string {
  if (!name.startsWith(hidden)) return name
  oldNames ??= new Set(old.split(' '))
  const plain = name.slice(hidden.length)
  return oldNames.has(plain) ? plain : name
}
