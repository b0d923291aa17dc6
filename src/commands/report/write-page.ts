import type { Args, Context } from '../../contract/command.ts'
import { program } from '../../contract/help.ts'
import type { ResultCodec } from '../../contract/threads.ts'
import { version } from '../../contract/version.ts'
import { SignaturesBetween } from '../../envoy/certificates/signatures-between.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { PageEncoder } from '../../page/write/page-encoder.ts'
import { FleetReading, usualMaxAhead } from '../proxies/fleet/fleet-reading.ts'
import type { Chosen } from '../query/fill/mesh-rows.ts'
import { type Kept, meshTables } from './mesh-tables.ts'
import { type Packing, packedProxy, type ReadForPage } from './packed-proxy.ts'
import type { PageOutput } from './page-output.ts'

/** A page that is written. */
export interface Writing {
  readonly chosen: Chosen
  readonly packing: Packing
  readonly output: PageOutput
  /** Where the proxies come from, in words. */
  readonly source: string
  /** Of an answer that is a page, not of a report: only what the proxies themselves say is in it, and this thread alone reads them. */
  readonly answer?: PageAnswer
}

interface PageAnswer {
  /** The place that the page opens at, by the identifiers that proxies have in the page. */
  start(idOf: (proxy: MeshProxy) => string | undefined, redact: Packing['redact']): string | undefined
}

/** Proxies that a page may have. */
export const maxProxies = 1000

/** Reads proxies and writes the data of a page. @returns the exit code of reading them */
export async function writePage(
  { chosen, packing, output, source, answer }: Writing,
  args: Args,
  context: Context,
): Promise<number> {
  const encoder = new PageEncoder(output.write)
  // At once: proxies are read in another order than they are added in, and those that are added first may have some of it.
  const taken = (read: ReadForPage): ReadForPage => {
    encoder.take(read.added)
    return { ...read, added: none }
  }
  const codec: ResultCodec<ReadForPage, ReadForPage> | undefined =
    answer === undefined ? { encode: (read) => read, decode: taken } : undefined
  const kept: Kept[] = []
  const signatures = new SignaturesBetween()
  const reading = new FleetReading(chosen.proxies, context)
  const task = async (proxy: MeshProxy) => {
    const read = await packedProxy(proxy, packing, context)
    // A thread sends what it has read.
    return output.isWritten ? taken(read) : read
  }
  const ids = new Map<MeshProxy, string>()
  const manner = { maxAhead: usualMaxAhead, codec, given: packing.fleet?.given }
  for await (const { proxy, result } of reading.successes(task, manner)) {
    ids.set(proxy, await encoder.add(result.proxy))
    signatures.add(result.x509)
    const { checked, certificates, status, facts } = result
    kept.push({ checked, certificates, status, facts: facts && packing.fleet?.kept(facts) })
  }
  const code = await reading.conclude()
  const gathered = { kept, chosen, packing, asksNobody: answer !== undefined }
  const { tables, notes } = await meshTables(gathered, args, context)
  const start = answer?.start((proxy) => ids.get(proxy), packing.redact)
  await encoder.end({
    program: `${program} ${version}`,
    written: context.io.now().toISOString(),
    source,
    ...(start === undefined ? {} : { start }),
    failures: reading.failures.map(({ proxy, error }) => ({
      proxy: proxy.id.name,
      reason: String(packing.redact(error.message)),
    })),
    signatures: signatures.signatures,
    tables,
    notes,
  })
  return code
}

const none: ReadonlyMap<string, string> = new Map()
