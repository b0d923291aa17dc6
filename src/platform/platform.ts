/** What is asked of a certificate. `X509Certificate` of node:crypto is one. */
export interface X509 {
  readonly serialNumber: string
  readonly validFromDate: Date
  readonly validToDate: Date
  /** Whether it may sign others. */
  readonly ca: boolean
  /** An attribute a line. */
  readonly subject: string
  readonly issuer: string
  readonly subjectAltName: string | undefined
  /** SHA-256 of the DER, hex pairs with colons. */
  readonly fingerprint256: string
  readonly publicKey: X509Key
  /** Whether the other one is its issuer by its names and extensions; the signature is not looked at. */
  checkIssued(issuer: X509): boolean
  /** Whether this key signed it. */
  verify(key: X509Key): boolean
}

export interface X509Key {
  readonly asymmetricKeyType?: string | undefined
  readonly asymmetricKeyDetails?: { readonly modulusLength?: number; readonly namedCurve?: string } | undefined
}

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
  parseX509(certificate: string | Uint8Array): X509
}
