import type { Platform } from './platform.ts'
import { knownX509 } from './stored-x509.ts'

/** The platform of a page in a browser. The bundler puts it in the place of node.ts. */
export const platform: Platform = {
  isUtf8(bytes) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      return true
    } catch {
      return false
    }
  },
  utf8: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  latin1,
  encode: (text) => new TextEncoder().encode(text),
  byteLength: (text) => new TextEncoder().encode(text).length,
  toBase64: (bytes) => btoa(latin1(bytes)),
  fromBase64(text) {
    const plain = text
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .replaceAll(/[^A-Za-z0-9+/]/g, '')
    return Uint8Array.from(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain), (character) =>
      character.charCodeAt(0),
    )
  },
  indexOf(bytes, wanted, from) {
    const [first] = wanted
    if (first === undefined) return Math.min(from, bytes.length)
    for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1))
      if (wanted.every((byte, index) => bytes[at + index] === byte)) return at
    return -1
  },
  parseX509: knownX509,
}

/** In pieces: a call takes only so many arguments. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
