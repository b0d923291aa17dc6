import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { unreadable } from '../saved/file-content.ts'
import { storedFile } from '../saved/stored-file.ts'
import { type CaptureFile, captureFile } from './saved/capture-file.ts'
import { isZip, openZip } from './zip/open-zip.ts'

interface OpenOptions {
  /** Most bytes that one of its files may unpack to. */
  readonly maxSize: number
  note(line: string): void
}

/** Opens a capture. @throws AppError when it cannot be read, or is none */
export async function openCapture(path: string, { maxSize, note }: OpenOptions): Promise<CaptureFile> {
  const stored = opened(path)
  if (stored === undefined)
    throw new AppError(`${path} is no capture: it is no regular file, which is read here and there`)
  if (!isZip(stored.read(0, Math.min(stored.size, 4))))
    throw new AppError(`${path} is no capture: it is not a ZIP archive`, {
      hint: 'kubectl proxy-config capture makes one; a saved dump is read with --file.',
    })
  return captureFile(await openZip(stored, { label: path, maxSize }), note)
}

function opened(path: string): StoredBytes | undefined {
  try {
    return storedFile(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
