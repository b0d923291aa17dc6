import type { Args, Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import { listeners } from '../../resources/listeners.ts'
import { missingSection } from '../../resources/missing-section.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { forwarded } from '../proxies/forwarded-args.ts'

/** The dump of a proxy, and the health of its endpoints where that is known. */
export interface TracedProxy {
  readonly dump: ConfigDump
  readonly clusters: JsonObject | undefined
  /** Names the dump in errors. */
  readonly label: string
}

/** A walk begins at a listener: without any there is nothing to trace. @throws AppError for a part of a dump that lacks them */
export function requireListeners({ dump, label }: TracedProxy): void {
  if (dump.has('listeners') || dump.has('bootstrap')) return
  const [message] = missingSection(listeners, dump, label)
  throw new AppError(message, {
    hint: 'A trace needs listeners, routes, clusters and endpoints: take a whole dump, config_dump?include_eds.',
  })
}

/** Reads both from where the arguments point. */
export async function readProxy(source: Source, args: Args, context: Context): Promise<TracedProxy> {
  const { io, open } = context
  const dump = await dumpOf(source, 'config_dump?include_eds', context)
  const { label } = source
  const file = args.string('clusters-file')
  const isSaved = args.string('file') !== undefined
  if (file === undefined && isSaved) return { dump, label, clusters: undefined }
  const from = file === undefined ? source : (await open(savedFile(args, file)))[0]
  if (from === undefined) return { dump, label, clusters: undefined }
  const clusters = await readDocument(await from.read('clusters?format=json', io.signal), from.label)
  if (file !== undefined && !isClusterStatuses(clusters))
    throw new AppError(`${from.label} does not hold the health of endpoints`, {
      hint: '--clusters-file takes what Envoy answers at /clusters?format=json.',
    })
  return { dump, label, clusters: isObject(clusters) ? clusters : undefined }
}

/** An Envoy without clusters answers with an empty object. */
function isClusterStatuses(document: Json): boolean {
  return isObject(document) && (Array.isArray(document.cluster_statuses) || Object.keys(document).length === 0)
}

/** The arguments as if only this file had been named. */
function savedFile(args: Args, file: string): Args {
  return {
    ...forwarded(args),
    positionals: [],
    string: (name) => (name === 'file' ? file : name === 'url' || name === 'selector' ? undefined : args.string(name)),
  }
}
