import { isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import type { Platform } from './platform.ts'

const load = createRequire(import.meta.url)

/** The platform of the program: Node. */
export const platform: Platform = {
  isUtf8,
  utf8: (bytes) => view(bytes).toString('utf8'),
  latin1: (bytes) => view(bytes).toString('latin1'),
  encode: (text) => Buffer.from(text),
  byteLength: (text) => Buffer.byteLength(text),
  toBase64: (bytes) => view(bytes).toString('base64'),
  fromBase64: (text) => Buffer.from(text, 'base64'),
  indexOf: (bytes, wanted, from) => view(bytes).indexOf(wanted, from),
  parseX509(certificate) {
    // node:crypto takes some milliseconds to load.
    const { X509Certificate } = load('node:crypto') as typeof import('node:crypto')
    return new X509Certificate(certificate)
  },
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
