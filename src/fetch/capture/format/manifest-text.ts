import { type CapturedFile, type Manifest, readManifest } from './manifest.ts'

/** A manifest of which the list of files, nearly all of it, is looked up instead of read. */
export interface ManifestText {
  /** Its files are read when they are asked for. */
  readonly manifest: Manifest
  sha256(path: string): string | undefined
}

/** As `JSON.stringify(manifest, null, 1)` lays it out: no text in it has a line break, so these stand nowhere else. */
const [opening, closing] = ['\n "files": [\n', '\n ],\n "failures": [']

/**
 * A manifest as this program writes it. Undefined for any other text: it has to be read as JSON.
 * @param bytes hold as long as the result is used
 */
export function manifestText(bytes: Uint8Array): ManifestText | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = text.indexOf(opening)
  const end = text.indexOf(closing, start)
  if (start === -1 || end === -1) return undefined
  const rest = `${text.toString('utf8', 0, start)}\n "files": []${text.toString('utf8', end + '\n ]'.length)}`
  const manifest = parsed(rest)
  if (manifest === undefined) return undefined
  const list = text.subarray(start, end)
  let files: readonly CapturedFile[] | undefined
  const all = () => {
    files ??= parsed(text.toString('utf8'))?.files ?? []
    return files
  }
  let searches = 0
  let hashes: ReadonlyMap<string, string> | undefined
  const hashOf = (path: string) => {
    hashes ??= new Map(all().map((file) => [file.path, file.sha256]))
    return hashes.get(path)
  }
  return {
    manifest: {
      ...manifest,
      get files() {
        return all()
      },
    },
    sha256(path) {
      searches += 1
      // Of most pages that are asked for and are not there.
      if (searches <= worthAMap && !list.includes(JSON.stringify(path))) return undefined
      return (searches > worthAMap ? undefined : hashWithin(list, path)) ?? hashOf(path)
    },
  }
}

/** Searches after which it pays to have read all of it. */
const worthAMap = 50

function parsed(text: string): Manifest | undefined {
  try {
    return readManifest(JSON.parse(text))
  } catch {
    return undefined
  }
}

function hashWithin(list: Buffer, path: string): string | undefined {
  const head = `\n   "path": ${JSON.stringify(path)},\n   "bytes": `
  const at = list.indexOf(head)
  if (at === -1) return undefined
  const from = at + Buffer.byteLength(head)
  // A number, and 64 digits in their own line.
  const [, sha256] = /^\d+,\n {3}"sha256": "([0-9a-f]{64})"\n/.exec(list.toString('latin1', from, from + 120)) ?? []
  return sha256
}
