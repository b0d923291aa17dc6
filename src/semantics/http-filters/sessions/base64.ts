/** Base64 as Envoy reads it: whole groups of four only. Undefined for anything else, and for nothing. (Base64::decode) */
export function base64Bytes(text: string): Uint8Array | undefined {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return bytes.length === 0 ? undefined : bytes
}

/** @see base64Bytes */
export function base64Text(text: string): string | undefined {
  const bytes = base64Bytes(text)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
