import { isUtf8 } from 'node:buffer'

export const notUtf8 = 'The input is not valid UTF-8: what could not be read is shown as \u{fffd}.'

/** The input as UTF-8 without a byte order mark, and a note when something in it could not be read as text. */
export function decode(input: Uint8Array): { bytes: Uint8Array; notes: string[] } {
  if (input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf) return decode(input.subarray(3))
  const wide = utf16Label(input)
  if (wide !== undefined) return { bytes: Buffer.from(new TextDecoder(wide).decode(input)), notes: [] }
  const notes = isUtf8(input) ? [] : [notUtf8]
  return { bytes: input, notes }
}

/** A PowerShell redirection writes UTF-16 with a byte order mark. */
function utf16Label(input: Uint8Array): string | undefined {
  if (input[0] === 0xff && input[1] === 0xfe) return 'utf-16le'
  return input[0] === 0xfe && input[1] === 0xff ? 'utf-16be' : undefined
}

/** Whether this is no text at all. No JSON or YAML text holds a NUL. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 65_536).includes(0)
}
