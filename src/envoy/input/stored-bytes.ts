/** Bytes that can be had in part: a file that is too large to be held, or what is in memory already. */
export interface StoredBytes {
  readonly size: number
  /** When they were last written, where a file tells. */
  readonly written?: Date | undefined
  /** The file that they stay in, where they are read of it part by part: another thread reads it there. */
  readonly path?: string
  /** The bytes `[start, end)`. They hold until the next call: it may reuse their memory. */
  read(start: number, end: number): Uint8Array
}

export function inMemory(bytes: Uint8Array, written?: Date): StoredBytes {
  return { size: bytes.length, written, read: (start, end) => bytes.subarray(start, end) }
}
