import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import type { Progress } from '../progress.ts'

/** Most bytes of a pipe or of a compressed file that are held in memory: one without end must not take all of it. */
export const maxInMemory = 2e9

/** Bytes held of a file at a time. */
const windowSize = 2 * 2 ** 20

/** Bytes that are read where a part does not follow the last ones: rows that are sorted read a file here and there. */
const jumpSize = 16_384

/** Bytes read at once: a single read cannot pass 2 GiB. */
const chunkSize = 2 ** 30

/** Bytes that are read first, to recognise the file. The rest may be read by another thread, or never. */
const headSize = 512

/**
 * A regular file that stays where it is: its parts are read when they are asked for, the next ones ahead. Undefined for what has
 * no size of its own (pipes, devices) and for folders. One that is larger than the window stays open until the process ends. What is
 * read is held only while somebody uses it: of thousands of files each is read once, and all stay until the end.
 * @param most bytes held at a time
 * @throws Error of node:fs when it cannot be read; its parts throw AppError where one is larger than what is held in memory
 */
export function storedFile(path: string, progress?: Progress, most = windowSize): StoredBytes | undefined {
  if (!statSync(path).isFile()) return undefined
  const opened = openSync(path, 'r')
  const { size, mtime: written } = fstatSync(opened)
  const windowLength = Math.min(most, size)
  const stays = size > most
  if (!stays) closeSync(opened)
  const fill = (buffer: Buffer, position: number) =>
    stays ? filled(opened, buffer, position) : filledAgain(path, written, buffer, position)
  let window: WeakRef<Buffer> | undefined
  let from = 0
  let to = 0
  let ahead = windowLength
  return {
    size,
    written,
    path,
    read(start, end) {
      if (end - start > maxInMemory) throw tooLarge(path, end - start)
      if (end - start > windowLength || (window === undefined && end - start <= headSize)) {
        if (end - start >= minAnnounced) progress?.announced?.(needText(path, end - start))
        return fill(Buffer.allocUnsafeSlow(end - start), start)
      }
      let held = window?.deref()
      if (held === undefined || start < from || end > to) {
        if (stays) progress?.doing(`reading ${path}, ${Math.ceil(size / 1e6)} MB`)
        if (stays && window !== undefined) ahead = from <= start && start <= to ? ahead * 4 : jumpSize
        ahead = Math.min(Math.max(ahead, end - start), windowLength)
        held ??= Buffer.allocUnsafeSlow(windowLength)
        window = new WeakRef(held)
        from = start
        to = start + fill(held.subarray(0, Math.min(ahead, size - start)), start).length
      }
      return held.subarray(start - from, Math.min(end, to) - from)
    },
  }
}

/** A part of a file that was closed. @throws AppError when it is not the same any more */
function filledAgain(path: string, written: Date, buffer: Buffer, position: number): Buffer {
  const file = openSync(path, 'r')
  try {
    if (fstatSync(file).mtime.getTime() !== written.getTime())
      throw new AppError(`the path "${path}" has changed while it was read`)
    return filled(file, buffer, position)
  } finally {
    closeSync(file)
  }
}

/** Size from which reading a file at once is announced, in bytes. */
const minAnnounced = 5e8

/** The announcement. Measured: what is read, and up to 1.7 times as much for what is made of it. */
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
