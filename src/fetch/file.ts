import { statSync } from 'node:fs'
import type { StoredBytes } from '../envoy/input/stored-bytes.ts'
import { AppError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import { archivePath } from './archive-path.ts'
import { isGzip, unpack } from './gzip.ts'
import { isTar } from './is-tar.ts'
import { mostInMemory } from './memory-limit.ts'
import type { Progress } from './progress.ts'
import { storedFile } from './stored-file.ts'

interface StandardInput {
  stdin(): AsyncIterable<Uint8Array>
  readonly stdinIsTTY: boolean
  readonly progress?: Progress | undefined
}

/**
 * A saved dump: a file, or standard input for `-`. Compressed files are unpacked; of an archive the member that fits the admin
 * path is taken, and a note says which; a path that goes on behind the archive names the member, or its folder.
 */
export function fileSource(path: string, input: StandardInput, note: (line: string) => void): Source {
  const { file, within } = path === '-' ? { file: path } : archivePath(path)
  const label = path === '-' ? 'standard input' : file
  let content: Promise<Uint8Array> | undefined
  return {
    label: within === undefined ? label : path,
    async read(adminPath) {
      input.progress?.doing(`reading ${label}`)
      content ??= (path === '-' ? readInput(input) : readPath(file)).then((bytes) => unpack(bytes, label, note))
      const bytes = await content
      if (!isTar(bytes) && within === undefined) return bytes
      if (!isTar(bytes)) throw new AppError(`the path "${path}" does not exist: ${file} is a file, and no archive`)
      const { memberFor } = await import('./archive.ts')
      return memberFor(bytes, { path: adminPath, within, label, isFile: path !== '-', note })
    },
    async open() {
      const stored = path === '-' || within !== undefined ? undefined : opened(path, input.progress)
      const head = stored?.read(0, Math.min(stored.size, 512))
      return head === undefined || isGzip(head) || isTar(head) ? undefined : stored
    },
  }
}

function opened(path: string, progress: Progress | undefined): StoredBytes | undefined {
  try {
    return storedFile(path, progress)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

async function readInput({ stdin, stdinIsTTY, progress }: StandardInput): Promise<Uint8Array> {
  if (stdinIsTTY) {
    throw new AppError('standard input is a terminal: nothing to read', {
      hint: 'Pipe a dump into it: curl -s localhost:15000/config_dump | kubectl proxy-config clusters --file -',
    })
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stdin()) {
    length += chunk.length
    progress?.received(chunk.length)
    if (length > mostInMemory) {
      throw new AppError('standard input is larger than 2 GB, too large to hold in memory', {
        hint: 'Save it to a file: --file FILE reads a large dump part by part.',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** @throws AppError in kubectl's words when it cannot be read */
export async function readPath(path: string): Promise<Uint8Array> {
  try {
    if (statSync(path).isDirectory())
      throw new AppError(`the path "${path}" is a directory, not a dump`, { hint: 'Name a file in it.' })
    const stored = storedFile(path)
    if (stored !== undefined) return stored.read(0, stored.size)
    const { readFile } = await import('node:fs/promises')
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `the path "${path}" does not exist`,
    EACCES: `the path "${path}" cannot be read: permission denied`,
    EPERM: `the path "${path}" cannot be read: operation not permitted`,
    ENOTDIR: `the path "${path}" does not exist`,
    ELOOP: `the path "${path}" is a loop of links`,
  }
  const hint = /^(?:https?|unix):/.test(path)
    ? 'An admin endpoint is read with --url, a saved dump with --file.'
    : undefined
  return new AppError(reasons[code] ?? `the path "${path}" cannot be read (${code || String(cause)})`, { cause, hint })
}
