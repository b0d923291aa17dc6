/** A page as it is packed in an archive, and what its unpacked bytes are checked against. */
export interface PackedPage {
  /** Names it in errors. */
  readonly label: string
  readonly packed: Uint8Array<ArrayBuffer>
  readonly isDeflated: boolean
  /** Bytes that it says it has, unpacked. */
  readonly size: number
  /** CRC-32 of that; undefined where something else proves it. */
  readonly crc: number | undefined
  readonly written: Date | undefined
  /** SHA-256 in hex of what it unpacks to, and the error where it is another. */
  readonly sha256: { readonly wanted: string; readonly otherwise: string } | undefined
}
