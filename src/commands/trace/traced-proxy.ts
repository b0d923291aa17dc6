import type { Args, Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { savedTime } from '../../envoy/dump/saved-time.ts'
import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { optionalDocument, requiredDocument } from '../../mesh/proxies/documents.ts'
import { withPageOf } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { updateCounters } from '../proxies/update-counters.ts'

/** A proxy that is traced: its dump, and the health of its endpoints where that is known. */
export interface TracedProxy {
  readonly proxy: MeshProxy
  readonly dump: ConfigDump
  readonly clusters: JsonObject | undefined
  /** Counters of updates, as `/stats?format=json`. */
  readonly stats: Json | undefined
  /** When a saved dump was saved, as near as is known; undefined for a proxy that runs. */
  readonly savedAt: (() => Date | undefined) | undefined
}

const dumpPage = 'config_dump?include_eds'
/** The page of an admin interface that has the health of endpoints. */
const healthPage = 'clusters?format=json'

/** Reads a proxy that is to be traced; the health of its endpoints also from `--clusters-file`. */
export async function readProxy(proxy: MeshProxy, args: Args, context: Context): Promise<TracedProxy> {
  const file = args.string('clusters-file')
  return readPages(
    file === undefined ? proxy : withPageOf(proxy, healthPage, await savedHealth(file, context)),
    context,
  )
}

/** Reads what a trace needs of a proxy. */
export async function readPages(proxy: MeshProxy, context: Context): Promise<TracedProxy> {
  const { signal } = context.io
  const dump = await dumpOf(proxy, dumpPage, context)
  const clusters = await optionalDocument(proxy, healthPage, signal)
  const stats = await updateCounters(proxy, signal)
  const savedAt = proxy.live ? undefined : await savedMoment(proxy, dump, signal)
  return { proxy, dump, clusters: isObject(clusters) ? clusters : undefined, stats, savedAt }
}

/** The time is only looked for when it matters: that takes all of the dump. */
async function savedMoment(proxy: MeshProxy, dump: ConfigDump, signal: AbortSignal): Promise<() => Date | undefined> {
  const [page, serverInfo] = await Promise.all([
    proxy.page(dumpPage, signal),
    // What cannot be read beside the dump only leaves its time less certain.
    optionalDocument(proxy, 'server_info', signal).catch(() => undefined),
  ])
  const written = page === 'absent' ? undefined : page.written
  let found: { readonly time: Date | undefined } | undefined
  return () => {
    found ??= { time: savedTime(dump, { serverInfo, written }) }
    return found.time
  }
}

/** @throws AppError when the file holds something else */
async function savedHealth(file: string, context: Context): Promise<MeshProxy> {
  const [saved] = await context.open({ from: 'files', files: [file] }, { about: healthPage })
  if (saved === undefined) throw new Error('a file is one proxy')
  if (isClusterStatuses(await requiredDocument(saved, healthPage))) return saved
  throw new AppError(`${saved.label} does not hold the health of endpoints`, {
    hint: '--clusters-file accepts what Envoy answers at /clusters?format=json.',
  })
}

/** An Envoy without clusters answers with an empty object. */
function isClusterStatuses(document: Json): boolean {
  return (
    isObject(document) &&
    (Array.isArray(document.cluster_statuses ?? document.clusterStatuses) || Object.keys(document).length === 0)
  )
}
