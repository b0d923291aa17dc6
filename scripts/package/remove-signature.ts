import { readFileSync, writeFileSync } from 'node:fs'

/** Offsets in a 64-bit PE file, from the start of its optional header ("PE Format" by Microsoft). */
const checksumAt = 64
const certificateTableAt = 112 + 4 * 8

/**
 * Takes the Authenticode signature out of a Windows executable. Node's own no longer fits once the program is inside, and a
 * signature that does not fit looks like tampering; an executable without one is merely unsigned.
 */
export function removeSignature(path: string): void {
  const file = readFileSync(path)
  const optionalHeader = file.readUInt32LE(0x3c) + 24
  const table = optionalHeader + certificateTableAt
  const offset = file.readUInt32LE(table)
  const size = file.readUInt32LE(table + 4)
  if (size === 0) return
  file.fill(0, table, table + 8)
  file.writeUInt32LE(0, optionalHeader + checksumAt)
  writeFileSync(path, offset + size === file.length ? file.subarray(0, offset) : file)
}
