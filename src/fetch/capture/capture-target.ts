import { existsSync, renameSync, rmSync } from 'node:fs'
import { openCapture } from './open-capture.ts'
import type { CaptureRequest } from './write/capture-mesh.ts'
import { createZip } from './zip/zip-writer.ts'

interface CaptureTarget extends Pick<CaptureRequest, 'zip' | 'before'> {
  /** Puts the capture in its place. */
  done(): void
  /** It could not be written. Where an older one is gone on with, that one stays, and what was written anew goes: it takes up space. */
  abandon(): void
}

/**
 * The file that a capture goes to. One that is gone on with is written anew beside itself, so that until the end there is the old one.
 * @throws AppError when it cannot be written, or is there and is not to be gone on with
 */
export async function captureTarget(
  file: string,
  resume: boolean,
  options: Parameters<typeof openCapture>[1],
): Promise<CaptureTarget> {
  if (!resume || !existsSync(file))
    return { zip: await createZip(file), before: undefined, done: () => undefined, abandon: () => undefined }
  const before = await openCapture(file, { ...options, everyFile: true })
  const beside = `${file}.resumed`
  // Left by one that was killed.
  rmSync(beside, { force: true })
  const abandon = () => {
    try {
      rmSync(beside, { force: true })
    } catch {
      // Windows keeps what is still open; it is removed the next time.
    }
  }
  return { zip: await createZip(beside), before, done: () => renameSync(beside, file), abandon }
}
