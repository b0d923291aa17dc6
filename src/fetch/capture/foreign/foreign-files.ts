import { posix } from 'node:path'
import { AppError } from '../../../errors.ts'
import { isJson } from '../../saved/choose-member.ts'
import { shownName } from '../../saved/passed-over.ts'
import { ownerOf, type PlaceOfPod, proxyEntry, sentEntry } from '../format/layout.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { dumpWithin } from './dump-within.ts'
import { pageOf, translated } from './foreign-layouts.ts'
import { listOutOf, listsWithin } from './mixed-lists.ts'

/** Files of another program under the paths of a capture. */
export interface ForeignFiles extends StoredFiles {
  /** Whether a proxy is Istio's. */
  isIstio(place: PlaceOfPod): boolean
  /** Archives among them, which are not opened. */
  readonly archives: readonly string[]
}

/**
 * Files as another program laid them out, read as a capture: those of istioctl bug-report, egctl x collect and must-gather by their paths,
 * any other configuration dump by the node that it names, with the pages beside it. What is left is no part of it.
 */
export async function foreignFiles(files: StoredFiles, note: (line: string) => void): Promise<ForeignFiles> {
  // One list that cannot be read hides no proxy.
  const broken = (error: unknown) => {
    if (!(error instanceof AppError)) throw error
    note(`${error.message}: what it lists is not known.`)
    return undefined
  }
  const sources = new Map<string, string>()
  const istio = new Set<string>()
  const twice: string[] = []
  const take = (entry: string, source: string) => {
    if (!sources.has(entry)) sources.set(entry, source)
    else if (entry.endsWith('/config_dump.json')) twice.push(`${sources.get(entry)} and ${source}`)
  }
  const others: string[] = []
  const mixed = new Map<string, string[]>()
  for (const name of files.names) {
    const lists = listsWithin(name)
    for (const entry of lists) {
      const found = mixed.get(entry)
      if (found === undefined) mixed.set(entry, [name])
      else found.push(name)
    }
    if (lists.length > 0) continue
    const found = translated(name)
    if (found === undefined) others.push(name)
    else {
      take(found.entry, name)
      if (found.isIstio === true) istio.add(keyOf(ownerOf(found.entry)))
    }
  }
  for (const [entry, source] of await looseDumps(files, others)) {
    take(entry, source.name)
    if (source.isIstio) istio.add(keyOf(ownerOf(entry)))
  }
  tellTwice(files.label, twice, note)
  // One of several: it tells when they were written.
  for (const [entry, [source]] of mixed) if (source !== undefined) take(entry, source)
  for (const [entry, source] of sentDumps(files.names, [...sources.keys()])) take(entry, source)
  return {
    ...files,
    names: [...sources.keys()],
    archives: files.names.filter((name) => /\.(?:zip|tar|tgz|tar\.gz)$/i.test(name)),
    isIstio: (place) => istio.has(keyOf(place)),
    has: (entry) => sources.has(entry),
    written: (entry) => files.written(sources.get(entry) ?? ''),
    async read(entry) {
      const within = mixed.get(entry)
      if (within !== undefined) return listWithin(files, within, entry).catch(broken)
      const source = sources.get(entry)
      const bytes = source === undefined ? undefined : await files.read(source)
      // Of a page that Envoy has as text as well, other programs keep the text.
      const isText =
        bytes !== undefined && /\/(?:clusters|listeners|stats)\.json$/.test(entry) && !isJson({ name: '', bytes })
      return isText ? undefined : bytes
    },
  }
}

/** Dumps of one proxy, as where two reports lie side by side. */
function tellTwice(label: string, [first, ...others]: readonly string[], note: (line: string) => void): void {
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  note(
    `${label} has several dumps of one proxy, of which the first is read: ${shownName(first)}${more}. Unpack it, and name the folder of one report.`,
  )
}

/** A list of the API out of files that hold other things as well. */
async function listWithin(files: StoredFiles, names: readonly string[], entry: string): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for (const name of names) all.push((await files.read(name)) ?? new Uint8Array())
  return Buffer.from(JSON.stringify(await listOutOf(all, entry, `${names.join(' and ')} of ${files.label}`)))
}

function keyOf(place: PlaceOfPod | undefined): string {
  return `${place?.namespace}/${place?.name}`
}

interface Source {
  readonly name: string
  readonly isIstio: boolean
}

/** Dumps that no layout knows, and the pages that lie beside a dump that is alone in its folder. */
async function looseDumps(files: StoredFiles, names: readonly string[]): Promise<ReadonlyMap<string, Source>> {
  const found = new Map<string, Source>()
  const folders = Map.groupBy(names, (name) => posix.dirname(name))
  for (const [, inside] of folders) {
    const dumps = []
    for (const name of inside) {
      const dump = await dumpWithin(files, name)
      if (dump !== undefined) dumps.push({ name, ...dump })
    }
    for (const { name, place, isIstio } of dumps) found.set(proxyEntry(place, 'config_dump.json'), { name, isIstio })
    const [only, second] = dumps
    if (only === undefined || second !== undefined) continue
    for (const name of inside) {
      const page = name === only.name ? undefined : pageOf(only.place, posix.basename(name), only.isIstio)
      if (page !== undefined) found.set(page.entry, { name, isIstio: only.isIstio })
    }
  }
  return found
}

/** What istiod would send, beside the dump of the proxy, as must-gather has it; whichever istiod it was. */
function sentDumps(names: readonly string[], entries: readonly string[]): readonly (readonly [string, string])[] {
  const istiod = entries.map(ownerOf).find((owner) => owner?.kind === 'istiod')
  if (istiod === undefined) return []
  return names.flatMap((name) => {
    const [, namespace, pod] = /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/config_dump_istiod\.json$/.exec(name) ?? []
    return pod === undefined ? [] : [[sentEntry(istiod, `${pod}.${namespace}`, 'config_dump.json'), name] as const]
  })
}
