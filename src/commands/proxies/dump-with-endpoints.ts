import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpOf, type Reading } from './dump-of.ts'

/** The admin path of what a proxy has loaded, endpoints included. */
export const dumpPath = 'config_dump?include_eds'

/** What a proxy has loaded, endpoints included. */
export async function dumpWithEndpoints(proxy: MeshProxy, reading: Reading): Promise<ConfigDump> {
  return dumpOf(proxy, dumpPath, reading)
}
