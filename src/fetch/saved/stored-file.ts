import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { inMemory, type StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import type { Progress } from '../progress.ts'

/** What is piped in or unpacked is held in memory; an endless pipe or a compressed bomb must not take all of it. Bytes. */
export const maxInMemory = 2e9

/** Bytes held of a file at a time. */
const windowSize = 2 * 2 ** 20

/** Bytes read at once: a single read cannot pass 2 GiB. */
const chunkSize = 2 ** 30

/**
 * A regular file that stays where it is: its parts are read when they are asked for, the next ones ahead. Undefined for what has
 * no size of its own (pipes, devices) and for folders. One that fits into the window is read at once; another stays open until the
 * process ends.
 * @param most bytes held at a time
 * @throws Error of node:fs when it cannot be read; its parts throw AppError where one is larger than what is held in memory
 */
export function storedFile(path: string, progress?: Progress, most = windowSize): StoredBytes | undefined {
  if (!statSync(path).isFile()) return undefined
  const file = openSync(path, 'r')
  const { size, mtime: written } = fstatSync(file)
  const window = Buffer.allocUnsafeSlow(Math.min(most, size))
  if (size <= most) {
    const all = filled(file, window, 0)
    closeSync(file)
    return inMemory(all, written)
  }
  let from = 0
  let to = 0
  return {
    size,
    written,
    path,
    read(start, end) {
      if (end - start > maxInMemory) throw tooLarge(path, end - start)
      if (end - start > window.length) {
        if (end - start >= minAnnounced) progress?.announced?.(needText(path, end - start))
        return filled(file, Buffer.allocUnsafeSlow(end - start), start)
      }
      if (start < from || end > to) {
        progress?.doing(`reading ${path}, ${Math.ceil(size / 1e6)} MB`)
        from = start
        to = start + filled(file, window.subarray(0, Math.min(window.length, size - start)), start).length
      }
      return window.subarray(start - from, Math.min(end, to) - from)
    },
  }
}

/** What is said before so much is read at once. Bytes. */
const minAnnounced = 5e8

/** Measured: what is read, and up to 1.7 times as much for what is made of it. */
function needText(path: string, size: number): string {
  const needed = Math.ceil((size * 2.7) / 1e8) / 10
  return `${path}: ${Math.ceil(size / 1e6)} MB are read at once, which needs up to ${needed} GB of memory.`
}

function tooLarge(path: string, size: number): AppError {
  return new AppError(
    `${path} would be read at once, and ${Math.ceil(size / 1e6)} MB are too large: the limit is 2 GB`,
    {
      hint: 'Only a dump that is laid out as Envoy prints it is read part by part: curl -s localhost:15000/config_dump > dump.json',
    },
  )
}

/** The buffer as far as the file fills it. */
function filled(file: number, buffer: Buffer, position: number): Buffer {
  let length = 0
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, Math.min(chunkSize, buffer.length - length), position + length)
    if (read === 0) break
    length += read
  }
  return buffer.subarray(0, length)
}
