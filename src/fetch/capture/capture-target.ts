import { existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import { unreadable } from '../saved/file-content.ts'
import { storedFile } from '../saved/stored-file.ts'
import { openCapture } from './open-capture.ts'
import type { CaptureFile } from './saved/capture-file.ts'
import type { CaptureRequest } from './write/capture-mesh.ts'
import { isZip } from './zip/is-zip.ts'
import { createZip, unwritable } from './zip/zip-writer.ts'

interface CaptureTarget extends Pick<CaptureRequest, 'zip' | 'before'> {
  /** Puts the capture in its place. @throws AppError when that fails */
  done(): void
  /** It could not be written. Where an older one is resumed, that one stays, and what was written anew goes: it takes up space. */
  abandon(): void
}

/**
 * The file that a capture goes to. One that is resumed is written anew beside itself, so that until the end there is the old one.
 * @throws AppError when it cannot be written, or is there and is not resumed
 */
export async function captureTarget(
  file: string,
  resume: boolean,
  options: Parameters<typeof openCapture>[1],
): Promise<CaptureTarget> {
  if (!resume || !existsSync(file))
    return { zip: await createZip(file), before: undefined, done: () => undefined, abandon: () => undefined }
  // What a link leads to is replaced, not the link.
  const place = realpathSync(file)
  const before = await ownCapture(place, file, options)
  const beside = `${place}.resumed`
  // Left by one that was killed.
  rmSync(beside, { force: true })
  const zip = await createZip(beside)
  const own = identity(beside)
  const isOwn = () => own !== undefined && identity(beside) === own
  return {
    zip,
    before,
    done() {
      if (!isOwn())
        throw new AppError(`${file} is resumed by another program at the same time, which goes on`, {
          hint: 'What this one read is not in it: --resume once more when that has ended.',
        })
      try {
        renameSync(beside, place)
      } catch (cause) {
        throw unwritable(file, cause)
      }
    },
    abandon() {
      try {
        if (isOwn()) rmSync(beside, { force: true })
      } catch {
        // Windows keeps what is still open; it is removed the next time.
      }
    },
  }
}

/**
 * The capture that is resumed. A report of another program, an archive of another form and a folder are not replaced: nobody would get them back.
 * @throws AppError for any of these, and where it cannot be read
 */
async function ownCapture(
  place: string,
  file: string,
  options: Parameters<typeof openCapture>[1],
): Promise<CaptureFile> {
  const before = await openCapture(place, { ...options, everyFile: true })
  if (before.isIstio === undefined && isZipFile(place)) return before
  throw new AppError(`${file} was not written by capture: --resume would replace it`, {
    hint: `A capture of it goes to a file of its own: kubectl proxy-config capture -A --capture ${file} --to NEW`,
  })
}

function isZipFile(path: string): boolean {
  try {
    return isZip(storedFile(path)?.read(0, 4) ?? new Uint8Array())
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** What tells a file from another one of the same name; undefined where there is none. */
function identity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? undefined : `${found.dev}/${found.ino}`
}
