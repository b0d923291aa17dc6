import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { dumpOf, httpManager, listener, staticCluster } from './dump-of.ts'

const clusters = [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '2.2.2.2:2')]

/** A route that takes every path. */
export const everything = { prefix: '/' }

/** The dump of a proxy whose one listener, on port 80, has these routes for every host; it knows the clusters a and b. */
export function httpProxy(
  routes: JsonObject[],
  more: {
    host?: JsonObject
    table?: JsonObject
    manager?: JsonObject
    chain?: JsonObject
    clusters?: JsonObject[]
    bootstrap?: JsonObject
  } = {},
): Promise<ConfigDump> {
  const host = { name: 'v', domains: ['*'], routes, ...more.host }
  const manager = httpManager({ route_config: { name: 'rc', virtual_hosts: [host], ...more.table }, ...more.manager })
  const chains = { filter_chains: [{ filters: [manager], ...more.chain }] }
  return dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, chains)],
    clusters: [...clusters, ...(more.clusters ?? [])],
    bootstrap: more.bootstrap ?? {},
  })
}

/** A bootstrap of a proxy of this version of Envoy, `1.36.2`. */
export function bootstrapOf(version: string): JsonObject {
  const [major_number = 0, minor_number = 0, patch = 0] = version.split('.').map(Number)
  return { node: { user_agent_build_version: { version: { major_number, minor_number, patch } } } }
}
