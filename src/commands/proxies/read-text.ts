import { AppError } from '../../errors.ts'
import { ownFile } from '../../fetch/own-file.ts'
import { unreadable } from '../../fetch/saved/file-content.ts'

/** The text of a file that an argument names. @throws AppError when it cannot be read */
export function readText(path: string): string {
  try {
    return ownFile(path).toString('utf8')
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable(path, cause)
  }
}
