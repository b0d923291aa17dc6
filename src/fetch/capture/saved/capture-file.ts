import { readDocument } from '../../../envoy/input/read-document.ts'
import type { Json } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { PackedPage } from '../../../mesh/packed-page.ts'
import { shownName } from '../../saved/passed-over.ts'
import { isCaptureEntry, manifestEntry, ownerOf, type PlaceOfPod } from '../format/layout.ts'
import { type CaptureFailure, type Manifest, manifestVersion, readManifest } from '../format/manifest.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { sha256Of } from './digest.ts'

/** A capture that was opened. */
export interface CaptureFile {
  /** Whether a proxy is Istio's, where another program says that; undefined in a capture. */
  readonly isIstio: ((place: PlaceOfPod) => boolean) | undefined
  readonly label: string
  readonly names: readonly string[]
  /** Undefined where it was cut off: it is written last. */
  readonly manifest: Manifest | undefined
  /** Proxies that were captured from a file or a URL: of their pods nobody was asked. */
  readonly sources: readonly PlaceOfPod[]
  has(name: string): boolean
  written(name: string): Date | undefined
  /** Why a file is not there, where the manifest says that. */
  failure(name: string): CaptureFailure | undefined
  /**
   * A file of it; undefined where there is none.
   * @throws AppError when it is broken, too large, or not what was captured
   */
  bytes(name: string): Promise<Uint8Array | undefined>
  /**
   * The same as it lies there, for another thread; undefined where only `bytes` has it.
   * @throws AppError when it is broken or too large
   */
  packed(name: string): PackedPage | undefined
  /** The same as JSON. @throws AppError also when it is none */
  document(name: string): Promise<Json | undefined>
}

/** What is known of a capture before its files are read. */
interface KnownOfCapture extends Pick<CaptureFile, 'manifest' | 'isIstio'> {
  sources(): CaptureFile['sources']
  /** SHA-256 of a file in hex, where the manifest has it. */
  sha256(path: string): string | undefined
}

/** What is known of files that another program collected. */
interface ForeignParts {
  readonly isIstio: CaptureFile['isIstio']
  /** Archives among them, which are not opened. */
  readonly archives: readonly string[]
}

/**
 * Files as a capture. What is wrong with it is a note, and the rest is there.
 * @throws AppError when it is no capture
 */
export async function captureFile(
  files: StoredFiles,
  note: (line: string) => void,
  foreign?: ForeignParts,
): Promise<CaptureFile> {
  const { label } = files
  const isIstio = foreign?.isIstio
  files.problems.forEach(note)
  const manifest = isIstio === undefined ? await manifestOf(files, note) : undefined
  if (manifest === undefined && !files.names.some(isPage)) throw noCapture(label, foreign)
  const hashes = new Map(manifest?.files.map(({ path, sha256 }) => [path, sha256]))
  if (manifest !== undefined) {
    tellState(label, manifest, note)
    tellMissing(
      label,
      [...hashes.keys()].filter((name) => !files.has(name)),
      note,
    )
    tellUnnamed(
      label,
      files.names.filter((name) => name !== manifestEntry && isCaptureEntry(name) && !hashes.has(name)),
      note,
    )
  }
  const sources = () => manifest?.proxies.filter(({ source }) => source !== null) ?? []
  return captureOf(files, { isIstio, manifest, sources, sha256: (path) => hashes.get(path) })
}

/** A capture whose manifest was read. */
export function captureOf(files: StoredFiles, { isIstio, manifest, sources, sha256 }: KnownOfCapture): CaptureFile {
  const { label } = files
  const failures = new Map(manifest?.failures.map((failure) => [failure.path, failure]))
  let underWay = 0
  async function bytes(name: string): Promise<Uint8Array | undefined> {
    underWay += 1
    try {
      return await verified(name)
    } finally {
      underWay -= 1
    }
  }
  async function verified(name: string): Promise<Uint8Array | undefined> {
    const found = await files.read(name)
    const wanted = sha256(name)
    if (wanted === undefined) return found
    // The manifest has it: that it is not there is not the same as that there was none.
    if (found === undefined) throw new AppError(`${label} lacks ${name}, which its ${manifestEntry} names`)
    if ((await sha256Of(found, underWay > 1)) === wanted) return found
    throw new AppError(changed(name))
  }
  const changed = (name: string) =>
    `${name} of ${label} is not what was captured: its SHA-256 is not the one in ${manifestEntry}`
  return {
    isIstio,
    label,
    get names() {
      return files.names
    },
    manifest,
    get sources() {
      return sources()
    },
    has: files.has,
    written: files.written,
    failure: (name) => failures.get(name),
    bytes,
    packed(name) {
      const wanted = sha256(name)
      const found = files.packed?.(name)
      if (found === undefined) return undefined
      return { ...found, sha256: wanted === undefined ? undefined : { wanted, otherwise: changed(name) } }
    },
    async document(name) {
      const found = await bytes(name)
      return found === undefined ? undefined : readDocument(found, `${name} of ${label}`)
    },
  }
}

function noCapture(label: string, foreign: ForeignParts | undefined): AppError {
  const [archive] = foreign?.archives ?? []
  if (archive !== undefined)
    return new AppError(`${label} is no capture: it has other archives, and no proxies`, {
      hint: `Unpack it, and name one of them with --capture, for example ${archive}.`,
    })
  return new AppError(`${label} is no capture: it has no ${manifestEntry}, and no proxies`, {
    hint: 'kubectl proxy-config capture makes one; a saved dump is read with --file.',
  })
}

function isPage(name: string): boolean {
  return ownerOf(name) !== undefined
}

async function manifestOf(files: StoredFiles, note: (line: string) => void): Promise<Manifest | undefined> {
  const { label } = files
  try {
    const bytes = await files.read(manifestEntry)
    if (bytes === undefined) {
      if (files.names.some(isPage))
        note(`${label} has no ${manifestEntry}: the capture was not completed. What was written until then is read.`)
      return undefined
    }
    const manifest = readManifest(await readDocument(bytes, `${manifestEntry} of ${label}`))
    if (manifest === undefined) note(`${manifestEntry} of ${label} is none of a capture: it is passed over.`)
    return manifest
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    note(`${error.message}: hashes and failures are not known.`)
    return undefined
  }
}

/** That it is newer than this program, or is not all that was to be captured. */
export function tellState(label: string, { version, interrupted }: Manifest, note: (line: string) => void): void {
  if (version > manifestVersion)
    note(
      `${label} is of version ${version}, newer than this program knows (${manifestVersion}): what it knows of it is read.`,
    )
  if (interrupted) note(`${label} was interrupted: what was not read until then is not in it.`)
}

function tellMissing(label: string, missing: readonly string[], note: (line: string) => void): void {
  const [first] = missing
  if (first === undefined) return
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
  note(`${label} lacks files that its ${manifestEntry} names: ${shownName(first)}${more}.`)
}

/** Files that were put into it later, or that the manifest lost. */
function tellUnnamed(label: string, unnamed: readonly string[], note: (line: string) => void): void {
  const [first] = unnamed
  if (first === undefined) return
  const more = unnamed.length > 1 ? ` and ${unnamed.length - 1} more` : ''
  note(
    `${label} has files that its ${manifestEntry} does not name: ${shownName(first)}${more}; no hash tells whether they are as they were captured.`,
  )
}
