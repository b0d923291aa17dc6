import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * A path that continues after the name of a file names something within it:
 * `report.tar.gz/bug-report/proxies/default/web` is that part of the archive `report.tar.gz`. Any other path is a file as a whole.
 */
export function archivePath(path: string): {
  readonly file: string
  readonly within?: string
  readonly isFolder?: true
} {
  // `report.tar.gz/` is all of the archive, as `folder/` is all of a folder.
  const whole = path.replace(/(?<=.)[/\\]+$/, '')
  for (let file = whole; ; file = dirname(file)) {
    const found = kindOf(file)
    if (found === 'file' && file !== path) return { file, within: path.slice(file.length).replace(/^[/\\]+/, '') }
    if (found !== undefined || file === dirname(file))
      return found === 'folder' && file === whole ? { file: path, isFolder: true } : { file: path }
  }
}

/** What cannot be looked at is recognised when it is read. */
function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return undefined
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch {
    return 'other'
  }
}

/** Whether bytes begin a tar archive: POSIX and GNU carry `ustar` at offset 257, older ones a sum of their header only. */
export function isTar(bytes: Uint8Array): boolean {
  // A copy, which is changed below.
  const head = Buffer.from(bytes.subarray(0, 512))
  if (head.toString('latin1', 257, 262) === 'ustar') return true
  const [, sum] = /^ *([0-7]{4,6})[\0 ]/.exec(head.toString('latin1', 148, 156)) ?? []
  if (sum === undefined || head.length < 512) return false
  return head.fill(' ', 148, 156).reduce((all, byte) => all + byte, 0) === Number.parseInt(sum, 8)
}
