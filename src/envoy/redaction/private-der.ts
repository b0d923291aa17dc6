/**
 * Whether bytes begin as a private key does in DER: RSA and DSA keys, EC keys (SEC 1), PKCS 8 with and without encryption, PKCS 12.
 * Certificates and public keys begin otherwise: with a sequence, or with an integer that is no version.
 * RFC 8017 A.1.2, RFC 5915, RFC 5958, RFC 7292
 */
export function isPrivateDer(bytes: Uint8Array): boolean {
  const first = contentOf(bytes, 0, sequence)
  if (first === undefined) return false
  const [tag, length, version] = bytes.subarray(first)
  if (tag === integer) {
    const next = bytes[first + 3]
    return length === 1 && (version ?? 9) <= 3 && (next === sequence || next === integer || next === octets)
  }
  const algorithm = contentOf(bytes, first, sequence)
  if (algorithm === undefined) return false
  return passwordBased.some((identifier) => identifier.every((byte, at) => bytes[algorithm + 2 + at] === byte))
}

const sequence = 0x30
const integer = 0x02
const octets = 0x04

/** PKCS 5 and PKCS 12: encryption with a password (1.2.840.113549.1.5, 1.2.840.113549.1.12.1). */
const passwordBased = [
  [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05],
  [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c],
]

/** Where the content of an element begins. */
function contentOf(bytes: Uint8Array, at: number, tag: number): number | undefined {
  if (bytes[at] !== tag) return undefined
  const length = bytes[at + 1] ?? 0
  return at + 2 + (length > 0x80 ? length - 0x80 : 0)
}
