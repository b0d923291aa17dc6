import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { memberProxy } from './archive-proxy.ts'
import { dumpsAmong, headSize } from './choose-member.ts'
import { unreadable } from './file-content.ts'
import { PassedOver } from './passed-over.ts'
import type { Member } from './read-archive.ts'

/**
 * The proxies whose dumps lie in a folder or in those in it, as of an archive. Links are not followed.
 * @param options.about the page that the question is about
 * @param options.note gets a line about links
 * @throws AppError when it cannot be read or has no dump
 */
export function folderProxies(
  folder: string,
  { about, note }: { readonly about: string; note(line: string): void },
): readonly MeshProxy[] {
  const members = membersOf(folder, note)
  const dumps = dumpsAmong(members)
  if (dumps.length === 0)
    throw new AppError(`the folder "${folder}" has no configuration dump among its files (${members.length})`)
  const archive = folder.replace(/[/\\]+$/, '')
  return dumps.map((dump) => memberProxy({ archive, members, dump, about }))
}

function membersOf(folder: string, note: (line: string) => void): readonly Member[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    const links = new PassedOver()
    for (const entry of entries)
      if (entry.isSymbolicLink()) links.add('link', nameWithin(folder, join(entry.parentPath, entry.name)))
    links.lines(folder).forEach(note)
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => memberAt(join(entry.parentPath, entry.name), folder))
  } catch (cause) {
    throw unreadable(folder, cause)
  }
}

function nameWithin(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** A file is read when its bytes are asked for, and not kept: a folder may be larger than memory. */
function memberAt(path: string, folder: string): Member {
  return {
    name: nameWithin(folder, path),
    get bytes() {
      try {
        return readFileSync(path)
      } catch (cause) {
        throw unreadable(path, cause)
      }
    },
    get head() {
      try {
        return headAt(path)
      } catch (cause) {
        throw unreadable(path, cause)
      }
    },
    get written() {
      return statSync(path, { throwIfNoEntry: false })?.mtime
    },
  }
}

function headAt(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(headSize)
    return head.subarray(0, readSync(file, head, 0, headSize, 0))
  } finally {
    closeSync(file)
  }
}
