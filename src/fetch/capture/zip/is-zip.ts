/**
 * Whether bytes begin a ZIP archive: with a file, with its end where it has none, or with what stands before the first file of one in several
 * parts. APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3
 */
export function isZip(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return false
  const [, , third, fourth] = bytes
  return (third === 3 && fourth === 4) || (third === 5 && fourth === 6) || (third === 7 && fourth === 8)
}
