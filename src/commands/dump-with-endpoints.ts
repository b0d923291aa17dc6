import type { Context } from '../cli/command.ts'
import type { ConfigDump } from '../envoy/config-dump.ts'
import { readDump } from '../envoy/input/read-dump.ts'
import type { Source } from '../fetch/source.ts'

/** What a proxy has loaded, endpoints included. */
export async function dumpWithEndpoints(source: Source, { io }: Context): Promise<ConfigDump> {
  return readDump(await source.read('config_dump?include_eds', io.signal), source.label)
}
