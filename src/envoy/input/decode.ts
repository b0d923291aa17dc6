import { platform } from '../../platform/node.ts'

export const notUtf8 = 'The input is not valid UTF-8: what could not be read is shown as \u{fffd}.'

/** The input as UTF-8 without a byte order mark, and a note when something in it could not be read as text. */
export function decode(input: Uint8Array): { bytes: Uint8Array; notes: string[] } {
  if (input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf) return decode(input.subarray(3))
  const wide = utf16Label(input)
  if (wide !== undefined) return { bytes: platform.encode(new TextDecoder(wide).decode(input)), notes: [] }
  const notes = platform.isUtf8(input) ? [] : [notUtf8]
  return { bytes: input, notes }
}

/** A PowerShell redirection writes UTF-16 with a byte order mark. */
function utf16Label(input: Uint8Array): string | undefined {
  if (input[0] === 0xff && input[1] === 0xfe) return 'utf-16le'
  return input[0] === 0xfe && input[1] === 0xff ? 'utf-16be' : undefined
}

/** First bytes of what people send instead of a dump. */
const magic: readonly (readonly [bytes: string, is: string])[] = [
  ['504b0304', 'a zip archive (unpack it first)'],
  ['fd377a585a00', 'an xz file (unpack it first)'],
  ['425a68', 'a bzip2 file (unpack it first)'],
  ['28b52ffd', 'a zstd file (unpack it first)'],
  ['1f8b', 'a gzip file inside another (unpack it first)'],
  ['7f454c46', 'a program'],
]

/** What a binary input is, as far as its first bytes tell. */
export function binaryKind(bytes: Uint8Array): string {
  const head = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return magic.find(([start]) => head.startsWith(start))?.[1] ?? 'a binary file'
}

/** Whether this is no text at all. No JSON or YAML text holds a NUL. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 65_536).includes(0)
}
