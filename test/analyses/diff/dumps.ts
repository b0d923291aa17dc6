import { readFileSync } from 'node:fs'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { isObject, type Json, type JsonObject } from '../../../src/envoy/json.ts'
import { toCamelCase } from '../../../src/envoy/proto-json/proto-json.ts'

/** A dump that the project captured from a real Envoy, parsed afresh so that a test may change it. */
export function fixture(name: string): JsonObject {
  const file = new URL(`../../fixtures/${name}/config_dump.json`, import.meta.url)
  const parsed: Json = JSON.parse(readFileSync(file, 'utf8'))
  if (!isObject(parsed)) throw new TypeError(`${name} is no dump`)
  return parsed
}

export function dumpOf(json: Json): Promise<ConfigDump> {
  return readDump(Buffer.from(JSON.stringify(json)), 'the dump')
}

/** As istiod prints a dump: in camelCase. */
export function inCamelCase(json: JsonObject): Json {
  return toCamelCase(json, 'envoy.admin.v3.ConfigDump')
}

/** The dump of an Envoy without bootstrap that has just these resources, each by its section's list. */
export function dumpWith(lists: {
  readonly clusters?: Json[]
  readonly listeners?: Json[]
  readonly routes?: Json[]
  readonly endpoints?: Json[]
}): JsonObject {
  const section = (message: string, rest: JsonObject) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...rest,
  })
  return {
    configs: [
      section('ClustersConfigDump', {
        dynamic_active_clusters: (lists.clusters ?? []).map((cluster) => ({ cluster })),
      }),
      section('ListenersConfigDump', {
        dynamic_listeners: (lists.listeners ?? []).map((listener) => ({ active_state: { listener } })),
      }),
      section('RoutesConfigDump', {
        dynamic_route_configs: (lists.routes ?? []).map((route_config) => ({ route_config })),
      }),
      ...(lists.endpoints === undefined
        ? []
        : [
            section('EndpointsConfigDump', {
              dynamic_endpoint_configs: lists.endpoints.map((endpoint_config) => ({ endpoint_config })),
            }),
          ]),
    ],
  }
}

/** Numbers in [0, 1) that are the same in every run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
