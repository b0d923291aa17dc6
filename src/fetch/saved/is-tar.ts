/** Whether bytes begin a tar archive: POSIX and GNU carry `ustar` at offset 257. */
export function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', 257, 262) === 'ustar'
}
