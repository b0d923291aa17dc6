import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { indexIn, lastIndexIn, type Range, textAt } from '../../saved/search-stored.ts'
import { type CapturedFile, type CapturedProxy, type Manifest, manifestFormat, readManifest } from './manifest.ts'

/** A manifest of which the lists of proxies and files, nearly all of it, are looked up instead of read. */
export interface ManifestText {
  /** Its proxies and its files are read when they are asked for. */
  readonly manifest: Manifest
  /** Proxies that were captured from a file or a URL. */
  readonly sources: readonly CapturedProxy[]
  sha256(path: string): string | undefined
}

/** As `JSON.stringify(manifest, null, 1)` lays it out: no text in it has a line break, so these stand nowhere else. */
const layout = {
  proxies: bytesOf('\n "proxies": [\n'),
  behindProxies: bytesOf('\n ],\n "istiods": ['),
  source: bytesOf('\n   "source": "'),
  files: bytesOf('\n "files": [\n'),
  behindFiles: bytesOf('\n ],\n "failures": ['),
} as const

/** What closes a list. */
const closing = '\n ]'

/**
 * A manifest as this program writes it. Undefined for any other text: it has to be read as JSON.
 * @param stored has to hold as long as the result is used
 */
export function manifestText(stored: StoredBytes): ManifestText | undefined {
  const proxies = listIn(stored, [layout.proxies, layout.behindProxies], 0)
  const start = indexIn(stored, layout.files, { start: proxies?.end ?? 0, end: stored.size })
  const end = start === -1 ? -1 : lastIndexIn(stored, layout.behindFiles, { start, end: stored.size })
  if (end === -1) return undefined
  const files = { start, end }
  const manifest = parsed(withoutLists(stored, proxies, files))
  if (manifest === undefined) return undefined
  let allProxies: readonly CapturedProxy[] | undefined
  let allFiles: readonly CapturedFile[] | undefined
  const proxiesOf = () => {
    allProxies ??= proxies === undefined ? manifest.proxies : (alone(stored, proxies)?.proxies ?? [])
    return allProxies
  }
  const filesOf = () => {
    allFiles ??= alone(stored, files)?.files ?? []
    return allFiles
  }
  const hasNone = proxies !== undefined && indexIn(stored, layout.source, proxies) === -1
  return {
    manifest: {
      ...manifest,
      get proxies() {
        return proxiesOf()
      },
      get files() {
        return filesOf()
      },
    },
    get sources() {
      return hasNone ? [] : proxiesOf().filter(({ source }) => source !== null)
    },
    sha256: hashesIn(stored, files, filesOf),
  }
}

/** A list from its key to what closes it. Undefined where it is not there, or is empty. */
function listIn(stored: StoredBytes, [key, behind]: readonly [Buffer, Buffer], from: number): Range | undefined {
  const start = indexIn(stored, key, { start: from, end: stored.size })
  const end = start === -1 ? -1 : indexIn(stored, behind, { start, end: stored.size })
  return end === -1 ? undefined : { start, end }
}

function withoutLists(stored: StoredBytes, proxies: Range | undefined, files: Range): string {
  const before =
    proxies === undefined
      ? textAt(stored, { start: 0, end: files.start })
      : `${textAt(stored, { start: 0, end: proxies.start })}\n "proxies": [${textAt(stored, { start: proxies.end, end: files.start })}`
  return `${before}\n "files": [${textAt(stored, { start: files.end, end: stored.size })}`
}

/** One list of a manifest, as a manifest that has nothing else. */
function alone(stored: StoredBytes, list: Range): Manifest | undefined {
  return parsed(`{"format": ${JSON.stringify(manifestFormat)},${textAt(stored, list)}${closing}}`)
}

function parsed(text: string): Manifest | undefined {
  try {
    return readManifest(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Searches after which it pays to have read all of it. */
const worthAMap = 50

/** Finds the hash of a file in the list of files. */
function hashesIn(stored: StoredBytes, list: Range, all: () => readonly CapturedFile[]): ManifestText['sha256'] {
  let searches = 0
  let hashes: ReadonlyMap<string, string> | undefined
  return (path) => {
    searches += 1
    if (searches <= worthAMap && hashes === undefined) {
      const at = indexIn(stored, bytesOf(JSON.stringify(path)), list)
      // Of most pages that are asked for and are not there.
      if (at === -1) return undefined
      const hash = hashAt(stored, path, at)
      if (hash !== undefined) return hash
    }
    hashes ??= new Map(all().map((file) => [file.path, file.sha256]))
    return hashes.get(path)
  }
}

/** Bytes behind a path in which its hash is: a number, and 64 digits in a line of their own. */
const entrySize = 128

/** The hash of the file whose path stands at a place, where it stands as this program writes it. */
function hashAt(stored: StoredBytes, path: string, at: number): string | undefined {
  const [key, quoted] = ['\n   "path": ', JSON.stringify(path)]
  const start = at - key.length
  const end = Math.min(stored.size, at + Buffer.byteLength(quoted) + entrySize)
  const text = textAt(stored, { start, end })
  const head = `${key}${quoted}`
  if (!text.startsWith(head)) return undefined
  const [, sha256] = /^,\n {3}"bytes": \d+,\n {3}"sha256": "([0-9a-f]{64})"\n/.exec(text.slice(head.length)) ?? []
  return sha256
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text)
}
