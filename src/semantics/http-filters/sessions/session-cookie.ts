import type { Session } from './session.ts'

/**
 * The content of a session cookie: the message `Cookie { string address = 1; int64 expires = 2; }` in protobuf's encoding, or the
 * address as it is, which Envoy wrote before 1.26. (CookieBasedSessionStateFactory::parseAddress)
 */
export function sessionCookie(bytes: Uint8Array): Session {
  const fields = fieldsOf(bytes)
  if (fields === undefined) return { address: text(bytes) }
  const { address, expires } = fields
  return {
    address: address === undefined ? undefined : text(address),
    expires: expires !== undefined && expires !== 0n,
  }
}

interface CookieFields {
  address?: Uint8Array
  expires?: bigint
}

/** Undefined when the bytes are no message of protobuf. */
function fieldsOf(bytes: Uint8Array): CookieFields | undefined {
  const fields: CookieFields = {}
  let at = 0
  const varint = (): bigint | undefined => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) return undefined
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return undefined
  }
  while (at < bytes.length) {
    const tag = varint()
    if (tag === undefined || tag >> 3n === 0n) return undefined
    const type = Number(tag & 7n)
    const value = type === 0 ? varint() : undefined
    const length = type === 1 ? 8 : type === 5 ? 4 : type === 2 ? Number(varint() ?? -1n) : type === 0 ? 0 : -1
    if (length < 0 || at + length > bytes.length || (type === 0 && value === undefined)) return undefined
    if (tag === 0x0an) fields.address = bytes.slice(at, at + length)
    if (tag === 0x10n && value !== undefined) fields.expires = value
    at += length
  }
  return fields
}

function text(bytes: Uint8Array): string | undefined {
  return bytes.length === 0 ? undefined : new TextDecoder().decode(bytes)
}
