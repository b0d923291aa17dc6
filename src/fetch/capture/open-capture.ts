import { statSync } from 'node:fs'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { isTar } from '../saved/archive-file.ts'
import { unreadable } from '../saved/file-content.ts'
import { isGzip } from '../saved/gzip.ts'
import { storedFile } from '../saved/stored-file.ts'
import { isCaptureEntry, manifestEntry } from './format/layout.ts'
import type { StoredFiles } from './format/stored-files.ts'
import { type CaptureFile, captureFile } from './saved/capture-file.ts'
import { isZip } from './zip/is-zip.ts'

interface OpenOptions {
  /** Most bytes that one of its files may have, unpacked. */
  readonly maxSize: number
  /** Whether every file is looked at, and not only those that are asked for. */
  readonly everyFile?: true
  note(line: string): void
}

/**
 * Opens a capture; or what another program has collected, an archive or a folder, as if it were one.
 * @throws AppError when it cannot be read, or has nothing of a proxy
 */
export async function openCapture(path: string, options: OpenOptions): Promise<CaptureFile> {
  const { maxSize, note } = options
  const stored = isFolder(path) ? undefined : opened(path)
  if (stored !== undefined && options.everyFile !== true && isZip(stored.read(0, Math.min(stored.size, headSize)))) {
    const { regularCapture } = await import('./saved/regular-capture.ts')
    const regular = await regularCapture(stored, path, options)
    if (regular !== undefined) return regular
  }
  const files = await filesOf(path, stored, maxSize)
  if (files.has(manifestEntry) || files.names.some(isCaptureEntry)) return captureFile(files, note)
  const [{ foreignFiles }, { unpackedFiles }] = await Promise.all([
    import('./foreign/foreign-files.ts'),
    import('./foreign/unpacked-files.ts'),
  ])
  const foreign = await foreignFiles(unpackedFiles(files, maxSize), note)
  return captureFile(foreign, note, foreign)
}

async function filesOf(path: string, stored: StoredBytes | undefined, maxSize: number): Promise<StoredFiles> {
  if (stored === undefined) return (await import('./foreign/folder-files.ts')).folderFiles(path, maxSize)
  const head = stored.read(0, Math.min(stored.size, headSize))
  if (isGzip(head) || isTar(head))
    return (await import('./foreign/tar-files.ts')).tarFiles(new Uint8Array(stored.read(0, stored.size)), path)
  if (isZip(head) || (await hasDirectory(stored)))
    return (await import('./zip/open-zip.ts')).openZip(stored, { label: path, maxSize })
  const compression = compressions.find(({ magic }) => magic.every((byte, at) => head[at] === byte))
  if (compression !== undefined)
    throw new AppError(`${path} is compressed by ${compression.name}, which is not read`, {
      hint: `Unpack it first: ${compression.command} ${path}`,
    })
  throw new AppError(`${path} is no capture: it is neither an archive nor a folder`, {
    hint: 'kubectl proxy-config capture makes one; a saved dump is read with --file.',
  })
}

/** Whether it ends as a ZIP archive: there may be something before that, such as a program that unpacks it. */
async function hasDirectory(stored: StoredBytes): Promise<boolean> {
  const found = (await import('./zip/directory-place.ts')).findDirectory(stored)
  return found !== undefined && found.count > 0
}

/** How else archives are compressed, by the first bytes. */
const compressions = [
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], command: 'bunzip2 -k' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], command: 'unxz -k' },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], command: 'unzstd' },
  { name: '7-Zip', magic: [0x37, 0x7a, 0xbc, 0xaf], command: '7z x' },
]

/** Bytes that tell what a file is. */
const headSize = 512

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Bytes held of an archive at a time: its files lie far from each other. */
const window = 2 ** 16

/** @throws AppError for a file that cannot be read in parts, such as a pipe */
function opened(path: string): StoredBytes {
  let stored: StoredBytes | undefined
  try {
    stored = storedFile(path, undefined, window)
  } catch (cause) {
    throw unreadable(path, cause)
  }
  if (stored !== undefined) return stored
  throw new AppError(`${path} is no capture: it is not a regular file`)
}
