import type { X509Certificate } from 'node:crypto'

/** What reading and analysing a dump needs of the machine it runs on. node.ts and browser.ts have it. */
export interface Platform {
  isUtf8(bytes: Uint8Array): boolean
  /** Text of UTF-8; what is no UTF-8 becomes U+FFFD. A byte order mark is kept. */
  utf8(bytes: Uint8Array): string
  /** One character for each byte. */
  latin1(bytes: Uint8Array): string
  encode(text: string): Uint8Array
  /** Bytes that the text takes in UTF-8. */
  byteLength(text: string): number
  toBase64(bytes: Uint8Array): string
  /** Of standard or URL-safe base64; characters outside of the alphabet are passed over. */
  fromBase64(text: string): Uint8Array
  /** Offset of the first occurrence from an offset on; -1 when there is none. */
  indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number
  /** A certificate in PEM or DER. @throws when it is none, or where there is nothing to read it with */
  parseX509(certificate: string | Uint8Array): X509Certificate
}
