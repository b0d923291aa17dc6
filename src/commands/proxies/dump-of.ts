import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { readDump } from '../../envoy/input/read-dump.ts'
import type { Kind } from '../../envoy/kinds.ts'
import { requiredPage } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** As much of a Context as reading takes. */
export interface Reading {
  readonly io: Pick<Context['io'], 'signal'>
  incomplete(why: string): void
}

/**
 * The dump that a proxy has at an admin path; of a large file only the parts that are asked for are read.
 * @param kinds what of it is asked for; everything without it. An answer from a dump that is cut short there is incomplete
 * @throws AppError when it cannot be read or is no dump
 */
export async function dumpOf(
  proxy: MeshProxy,
  path: string,
  { io, incomplete }: Reading,
  kinds?: readonly Kind[],
): Promise<ConfigDump> {
  const dump = await readDump(await requiredPage(proxy, path, io.signal), proxy.label)
  const { cut } = dump
  if (cut !== undefined && (kinds === undefined || cut.kind === undefined || kinds.includes(cut.kind)))
    incomplete(cut.note)
  return dump
}
