import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { Source } from '../../mesh/source.ts'
import { dumpOf, type Reading } from './dump-of.ts'

/** What a proxy has loaded, endpoints included. */
export async function dumpWithEndpoints(source: Source, reading: Reading): Promise<ConfigDump> {
  return dumpOf(source, 'config_dump?include_eds', reading)
}
