import { statSync } from 'node:fs'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { isTar } from '../saved/archive-file.ts'
import { unreadable } from '../saved/file-content.ts'
import { isGzip } from '../saved/gzip.ts'
import { storedFile } from '../saved/stored-file.ts'
import { isCaptureEntry } from './format/layout.ts'
import type { StoredFiles } from './format/stored-files.ts'
import { type CaptureFile, captureFile } from './saved/capture-file.ts'

interface OpenOptions {
  /** Most bytes that one of its files may have, unpacked. */
  readonly maxSize: number
  note(line: string): void
}

/**
 * Opens a capture; or what another program has collected, an archive or a folder, as if it were one.
 * @throws AppError when it cannot be read, or has nothing of a proxy
 */
export async function openCapture(path: string, { maxSize, note }: OpenOptions): Promise<CaptureFile> {
  const files = await filesOf(path, maxSize)
  if (files.names.some(isCaptureEntry)) return captureFile(files, note)
  const { foreignFiles } = await import('./foreign/foreign-files.ts')
  const foreign = await foreignFiles(files)
  return captureFile(foreign, note, foreign.isIstio)
}

async function filesOf(path: string, maxSize: number): Promise<StoredFiles> {
  if (isFolder(path)) return (await import('./foreign/folder-files.ts')).folderFiles(path, maxSize)
  const stored = opened(path)
  if (stored === undefined)
    throw new AppError(`${path} is no capture: it is no regular file, which is read here and there`)
  const head = stored.read(0, Math.min(stored.size, headSize))
  if (isGzip(head) || isTar(head))
    return (await import('./foreign/tar-files.ts')).tarFiles(stored.read(0, stored.size).slice(), path)
  const { isZip, openZip } = await import('./zip/open-zip.ts')
  if (isZip(head)) return openZip(stored, { label: path, maxSize })
  throw new AppError(`${path} is no capture: it is neither an archive nor a folder`, {
    hint: 'kubectl proxy-config capture makes one; a saved dump is read with --file.',
  })
}

/** Bytes that tell what a file is. */
const headSize = 512

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function opened(path: string): StoredBytes | undefined {
  try {
    return storedFile(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
