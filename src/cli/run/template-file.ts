import { AppError } from '../../errors.ts'
import { ownFile } from '../../fetch/own-file.ts'

/** @throws AppError in kubectl's words when there is no such file, or it is no template */
export function templateFile(path: string): string {
  try {
    return ownFile(path).toString('utf8')
  } catch (error) {
    throw new AppError(`error reading template ${path}: ${error instanceof AppError ? error.message : reason(error)}`)
  }
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'is a directory'],
])

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return reasons.get(code) ?? String(code ?? 'it cannot be read')
}
