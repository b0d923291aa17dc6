import type { Json } from '../../../src/envoy/json.ts'

export const types = [
  'envoy.admin.v3.ConfigDump',
  'envoy.config.bootstrap.v3.Bootstrap',
  'envoy.config.route.v3.RouteConfiguration',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'google.protobuf.Struct',
  'acme.Unknown',
]

export const names = [
  ...['typed_config', 'config', 'metadata', 'filter_metadata', 'value', 'match', 'policies', 'headers', 'route_config'],
  ...[
    'virtual_hosts',
    'typed_per_filter_config',
    'consecutive_5xx',
    'map',
    'name',
    'x-y',
    'A_B',
    'a_1',
    '_x',
    'x_',
    '__proto__',
  ],
]

export function randomTree(depth: number, random: () => number): Json {
  const kind = depth === 0 ? 0 : Math.floor(random() * 4)
  if (kind === 0) return pick([null, true, 0, '', 'a_b', 'aB'], random)
  if (kind === 1) return Array.from({ length: Math.floor(random() * 4) }, () => randomTree(depth - 1, random))
  const entries: [string, Json][] = random() < 0.2 ? [['@type', `x/${pick(types, random)}`]] : []
  for (let count = Math.floor(random() * 5); count > 0; count--) {
    const name = random() < 0.7 ? pick(names, random) : `f_${Math.floor(random() * 1e6).toString(36)}`
    entries.push([name, randomTree(depth - 1, random)])
  }
  return Object.fromEntries(entries)
}

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T
}

/** Mulberry32: the same trees in every run. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
