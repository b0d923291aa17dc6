import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../errors.ts'
import { tooLarge } from '../../limits.ts'
import { unreadable } from '../../saved/file-content.ts'
import { PassedOver, shownName } from '../../saved/passed-over.ts'
import { storedFile } from '../../saved/stored-file.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { maxEntries } from '../zip/zip-file.ts'

/** Folders in one another. */
const deepest = 32

/** The files of a folder and of those in it. Links are not followed. @throws AppError when it cannot be read, or holds too many */
export function folderFiles(folder: string, maxSize: number): StoredFiles {
  const names: string[] = []
  const problems: string[] = []
  const links = new PassedOver()
  walk(folder, '', 0, { names, problems, links })
  const known = new Set(names)
  return {
    label: folder,
    names: names.toSorted(),
    problems: [...problems, ...links.lines(folder)],
    has: (name) => known.has(name),
    written: (name) => (known.has(name) ? statSync(join(folder, name), { throwIfNoEntry: false })?.mtime : undefined),
    async read(name) {
      if (!known.has(name)) return undefined
      const path = join(folder, name)
      try {
        const stored = storedFile(path)
        if (stored !== undefined && stored.size > maxSize) throw tooLarge(path, maxSize)
        return stored?.read(0, stored.size)
      } catch (cause) {
        throw cause instanceof AppError ? cause : unreadable(path, cause)
      }
    },
  }
}

interface Found {
  readonly names: string[]
  readonly problems: string[]
  readonly links: PassedOver
}

function walk(root: string, within: string, depth: number, found: Found): void {
  const folder = join(root, within)
  let inside: string[]
  try {
    inside = readdirSync(folder)
  } catch (cause) {
    if (within === '') throw unreadable(root, cause)
    found.problems.push(unreadable(folder, cause).message)
    return
  }
  for (const name of inside.toSorted()) {
    const path = within === '' ? name : `${within}/${name}`
    const kind = lstatSync(join(root, path), { throwIfNoEntry: false })
    if (kind?.isSymbolicLink()) found.links.add('link', path)
    if (kind?.isFile()) found.names.push(path)
    else if (kind?.isDirectory()) {
      if (depth < deepest) walk(root, path, depth + 1, found)
      else found.problems.push(`${root}: ${shownName(path)} lies ${deepest} folders deep: what is in it is not read.`)
    } else if (kind !== undefined && !kind.isSymbolicLink()) found.links.add('special', path)
    if (found.names.length > maxEntries) throw new AppError(`${root} holds more than ${maxEntries} files`)
  }
}
