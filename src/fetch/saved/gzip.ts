import type { ZlibOptions } from 'node:zlib'
import { AppError } from '../../errors.ts'

/** What is piped in or unpacked is held in memory; an endless pipe or a compressed bomb must not take all of it. Bytes. */
export const mostInMemory = 2e9

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Unpacks what is compressed by gzip; anything else stays as it is. Of a compressed file that is cut short, what is whole is
 * given back with a note; the reader then says where the dump ends.
 * @throws AppError when nothing of it can be unpacked, or it is too large
 */
export async function unpack(bytes: Uint8Array, label: string, note: (line: string) => void): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const { constants, gunzipSync } = await import('node:zlib')
  const gunzip = (options: ZlibOptions) => gunzipSync(bytes, { maxOutputLength: mostInMemory, ...options })
  try {
    return gunzip({})
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(label, cause)
    const part = attempt(() => gunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
    if (part === undefined || part.length === 0) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(`${label} is a broken gzip file (${reason})`, { cause })
    }
    note(`${label} is a gzip file that is cut short.`)
    return part
  }
}

function attempt(run: () => Uint8Array): Uint8Array | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

function tooLarge(label: string, cause: unknown): AppError {
  return new AppError(`${label} is larger than 2 GB when unpacked`, {
    hint: 'Unpack it yourself: --file FILE reads a large dump part by part.',
    cause,
  })
}
