import type { EntryFault } from '../../saved/entry-name.ts'

/** A file of a ZIP archive, as the archive describes it. Nothing of that is checked. */
export interface RawEntry {
  readonly name: string
  /** Where its local header begins. */
  readonly at: number
  readonly packedSize: number
  readonly size: number
  /** CRC-32 of what it unpacks to; undefined where it is not held against it. */
  readonly crc: number | undefined
  readonly isDeflated: boolean
  /** Made when asked for: of nearly all entries nobody does. */
  written(): Date | undefined
  /** What it is that is not read. */
  readonly fault: EntryFault | undefined
}

/** What stands before the bytes of a file. APPNOTE.TXT 4.3.7 */
export const localHeader = { signature: 0x04034b50, size: 30 } as const
