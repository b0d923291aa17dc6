import { existsSync, renameSync, rmSync } from 'node:fs'
import { openCapture } from './open-capture.ts'
import type { CaptureRequest } from './write/capture-mesh.ts'
import { createZip } from './zip/zip-writer.ts'

interface CaptureTarget extends Pick<CaptureRequest, 'zip' | 'before'> {
  /** Puts the capture in its place. */
  done(): void
  /** Removes what was written of a capture that failed. An older one that was being resumed stays. */
  abandon(): void
}

/**
 * The file that a capture is written to. A capture that is resumed is written to a file beside it: the old one is there until that is
 * complete.
 * @throws AppError when the file cannot be written, or exists and is not resumed
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
