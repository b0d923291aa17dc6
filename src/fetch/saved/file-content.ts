import { statSync } from 'node:fs'
import { inMemory, type StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import type { Progress } from '../progress.ts'
import { isTar } from './archive-file.ts'
import { isGzip, unpack } from './gzip.ts'
import { storedFile } from './stored-file.ts'

export interface StandardInput {
  stdin(): AsyncIterable<Uint8Array>
  readonly stdinIsTTY: boolean
  readonly progress?: Progress | undefined
}

/** A file, or standard input for `-`. */
export interface FileContent {
  /** How notes and errors name it. */
  readonly label: string
  /**
   * Its bytes, in part where it is a plain file; what is compressed is unpacked. It is opened once, however often it is asked.
   * @throws AppError in kubectl's words when it cannot be read
   */
  read(): Promise<StoredBytes>
}

/** @param note gets a line about what is compressed and cut short */
export function fileContent(path: string, input: StandardInput, note: (line: string) => void): FileContent {
  const label = path === '-' ? 'standard input' : path
  let content: Promise<StoredBytes> | undefined
  async function open(): Promise<StoredBytes> {
    const stored = path === '-' ? undefined : opened(path, input.progress)
    const head = stored?.read(0, Math.min(stored.size, headSize))
    if (stored !== undefined && head !== undefined && !isGzip(head) && !isTar(head)) return stored
    input.progress?.doing(`reading ${label}`)
    return inMemory(
      await unpack(path === '-' ? await readInput(input) : await readPath(path, input.progress), label, note),
      stored?.written,
    )
  }
  return {
    label,
    read() {
      content ??= open()
      return content
    },
  }
}

/** Bytes that tell what is compressed and what is an archive. */
const headSize = 512

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
  const { gathered } = await import('./gathered.ts')
  return await gathered(stdin(), {
    tooLarge: () => tooLarge('standard input'),
    received: (bytes) => progress?.received(bytes),
  })
}

/** All of a file. @throws AppError in kubectl's words when it cannot be read, or is too large */
async function readPath(path: string, progress: Progress | undefined): Promise<Uint8Array> {
  try {
    if (statSync(path).isDirectory())
      throw new AppError(`the path "${path}" is a directory, not a file`, { hint: 'Name a file in it.' })
    const stored = storedFile(path)
    if (stored !== undefined) return stored.read(0, stored.size)
    // A pipe or a device may never end.
    const [{ createReadStream }, { gathered }] = await Promise.all([import('node:fs'), import('./gathered.ts')])
    return await gathered(createReadStream(path), {
      tooLarge: () => tooLarge(`the path "${path}"`),
      received: (bytes) => progress?.received(bytes),
    })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw unreadable(path, cause)
  }
}

function tooLarge(what: string): AppError {
  return new AppError(`${what} is larger than 2 GB, too large to hold in memory`, {
    hint: 'Save it to a file: --file FILE reads a large dump part by part.',
  })
}

/** Why a file cannot be read, in kubectl's words. */
export function unreadable(path: string, cause: unknown): AppError {
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
    : code === 'ENOENT' && /[,*]/.test(path)
      ? 'Each file has a flag of its own: --file A --file B; a folder stands for the dumps in it.'
      : undefined
  return new AppError(reasons[code] ?? `the path "${path}" cannot be read (${code || String(cause)})`, { cause, hint })
}
