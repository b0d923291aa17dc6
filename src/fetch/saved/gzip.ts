import type { Gunzip } from 'node:zlib'
import { AppError } from '../../errors.ts'

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Bytes that are unpacked at a time, and given to the library at a time. */
const piece = 2 ** 20

/**
 * Unpacks what is compressed by gzip; anything else stays as it is. Of a compressed file that is cut short, what is whole is
 * given back with a note; the reader then says where the dump ends.
 * @throws AppError when nothing of it can be unpacked, or it is too large
 */
export async function unpack(bytes: Uint8Array, label: string, note: (line: string) => void): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const [{ createGunzip }, { gathered }] = await Promise.all([import('node:zlib'), import('./gathered.ts')])
  const unpacked = createGunzip({ chunkSize: piece })
  let cut = false
  void feed(unpacked, bytes)
  try {
    return await gathered(unpacked, {
      tooLarge: () => tooLarge(label),
      isEnough(failure) {
        cut = failure instanceof Error && 'code' in failure && failure.code === 'Z_BUF_ERROR'
        return cut
      },
    })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(`${label} is a broken gzip file (${reason})`, { cause })
  } finally {
    if (cut) note(`${label} is a gzip file that is cut short.`)
  }
}

/** Each piece is unpacked before the end is known: of a file that is cut short nothing is lost with the error that says so. */
async function feed(to: Gunzip, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length && !to.destroyed; at += piece)
    await new Promise((done) => to.write(bytes.subarray(at, at + piece), done))
  to.end()
}

function tooLarge(label: string): AppError {
  return new AppError(`${label} is larger than 2 GB when unpacked`, {
    hint: 'Unpack it yourself: --file FILE reads a large dump part by part.',
  })
}
