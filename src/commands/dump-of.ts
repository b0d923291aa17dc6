import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import { readDump } from '../envoy/input/read-dump.ts'
import type { Source } from '../fetch/source.ts'

/**
 * The dump that a source has at an admin path; of a large file only the parts that are asked for are read.
 * @throws AppError when it cannot be read or is no dump
 */
export async function dumpOf(source: Source, path: string, signal?: AbortSignal): Promise<ConfigDump> {
  return readDump((await source.open?.(path)) ?? (await source.read(path, signal)), source.label)
}
