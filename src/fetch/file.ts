import { open, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../errors.ts'
import type { Source } from './source.ts'

interface StandardInput {
  stdin(): AsyncIterable<Uint8Array>
  readonly stdinIsTTY: boolean
}

/**
 * A saved dump: a file, or standard input for `-`. Compressed files are unpacked; of an archive the member that fits the admin
 * path is taken, and a note says which.
 */
export function fileSource(path: string, input: StandardInput, note: (line: string) => void): Source {
  const label = path === '-' ? 'standard input' : path
  let content: Promise<Uint8Array> | undefined
  return {
    label,
    async read(adminPath) {
      content ??= (path === '-' ? readInput(input) : readPath(path)).then((bytes) => unpack(bytes, label))
      const bytes = await content
      if (!isTar(bytes)) return bytes
      const { memberFor } = await import('./archive.ts')
      return memberFor(bytes, adminPath, label, note)
    },
  }
}

async function readInput({ stdin, stdinIsTTY }: StandardInput): Promise<Uint8Array> {
  if (stdinIsTTY) {
    throw new AppError('standard input is a terminal: nothing to read', {
      hint: 'Pipe a dump into it: curl -s localhost:15000/config_dump | kubectl proxy-config clusters --file -',
    })
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Bytes read at once: a single read cannot pass 2 GiB. */
const chunkSize = 2 ** 30

async function readPath(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path)
    if (info.isDirectory())
      throw new AppError(`the path "${path}" is a directory, not a dump`, { hint: 'Name a file in it.' })
    const file = await open(path)
    try {
      // Pipes and devices have no size of their own.
      if (!info.isFile()) return await file.readFile()
      const bytes = Buffer.allocUnsafe(info.size)
      let filled = 0
      while (filled < info.size) {
        const { bytesRead } = await file.read(bytes, filled, Math.min(chunkSize, info.size - filled), filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return bytes.subarray(0, filled)
    } finally {
      await file.close()
    }
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
  return new AppError(reasons[code] ?? `the path "${path}" cannot be read (${code || String(cause)})`, { cause })
}

async function unpack(bytes: Uint8Array, label: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes)
  } catch (cause) {
    throw new AppError(`${label} is a broken gzip file (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    })
  }
}

/** POSIX and GNU tar files carry `ustar` at offset 257. */
function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', 257, 262) === 'ustar'
}
