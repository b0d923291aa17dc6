import { closeSync, openSync, readSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { Gatherer } from './gatherer.ts'
import { limits } from './limits.ts'

/** Bytes read at a time: nearly all such files are shorter. */
const piece = 65_536

/**
 * A small file of the user's own: a kubeconfig, a certificate, a key, a token, a template. It may be a pipe or a device, which may never end.
 * @throws AppError when it is larger than `limits.ownFile`; Error of node:fs when it cannot be read
 */
export function ownFile(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.allocUnsafe(piece)
    const all = new Gatherer(limits.ownFile)
    for (let count = -1; count !== 0; ) {
      count = readSync(file, bytes, 0, piece, null)
      if (!all.add(bytes.subarray(0, count)))
        throw new AppError(`the file "${path}" is larger than ${limits.ownFile / 2 ** 20} MiB, and is not read`)
    }
    return all.bytes()
  } finally {
    closeSync(file)
  }
}
