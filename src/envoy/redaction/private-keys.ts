import { platform } from '../../platform/node.ts'
import { isPrivateDer } from './private-der.ts'

/** PEM of every kind, also OpenSSH, PGP, SSH2 and PuTTY, as it stands or in a URL. A key may have lost its first or its last line. */
const pem =
  /BEGIN[^-\n]{0,60}PRIVATE(?: |\+|%20)KEY|PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?(?: ?-{4}|%2[Dd])|Private-Lines: ?\d/

/** The base64 of `PRIVATE KEY` wherever it begins: of three characters, the middle ones do not depend on what stands around. */
const pemInBase64 = ['UFJJVkFURSBLRV', 'BSSVZBVEUgS0V', 'QUklWQVRFIEtFW']

/** A symmetric or private JSON Web Key (RFC 7517, RFC 7518 6.2.2, 6.3.2, 6.4.1). */
const jwkType = /\bkty["']?\s*[:=]/
const jwkMember = /(?:^|[{,\s"'])(?:d|k|p|q|dp|dq|qi)["']?\s*[:=]\s*["']?[\w+/-]{4,}/

/** Begins of DER in base64 and hex, and of Java key stores. */
const encoded = /(?<![\w+/-])(?:M[A-P][\w+/-]{30,}|\/u3\+7Q[\w+/]{30,}|zs7Ozg[\w+/]{30,}|30[0-9a-fA-F]{62,})/g

/** Levels of base64 in base64 that are opened. */
const deepest = 3

/**
 * Whether a text holds a private or a symmetric key, in whatever form, behind whatever other text: PEM, DER, PKCS 12, Java key stores,
 * JSON Web Keys; as base64, base64url or hex, with JSON's or a URL's escapes.
 */
export function holdsPrivateKey(text: string, level = 0): boolean {
  if (text.length < 24) return false
  if (isKeyText(text)) return true
  if (text.includes('\\') && isKeyText(unescaped(text))) return true
  if (/\s|\\n/.test(text) && text.length > 64 && holdsKeyInWords(text.replace(/\s|\\[nr]/g, ''))) return true
  if (holdsKeyInWords(text)) return true
  return level < deepest && decodedWords(text).some((inner) => holdsPrivateKey(inner, level + 1))
}

function isKeyText(text: string): boolean {
  if ((text.includes('KEY') || text.includes('Private-')) && pem.test(text)) return true
  return text.includes('kty') && jwkType.test(text) && jwkMember.test(text)
}

function holdsKeyInWords(text: string): boolean {
  if (pemInBase64.some((part) => text.includes(part))) return true
  return [...text.matchAll(encoded)].some(([word]) =>
    /^30[0-9a-f]+$/i.test(word)
      ? isPrivateDer(bytesOfHex(word.slice(0, 128)))
      : !word.startsWith('M') || isPrivateDer(platform.fromBase64(word.slice(0, 96))),
  )
}

/** Words that are the base64 of another text. */
function decodedWords(text: string): string[] {
  return [...text.matchAll(/[\w+/-]{32,}/g)].flatMap(([word]) => {
    // What begins as text is opened: nearly all of it is not.
    const start = platform.latin1(platform.fromBase64(word.slice(0, 12)))
    return /^[\t\n\r\u0020-\u007e]{8}/.test(start) ? [platform.latin1(platform.fromBase64(word))] : []
  })
}

/** JSON's escapes undone, also of JSON inside JSON. */
export function unescaped(text: string): string {
  return text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\+(["'/])/g, '$1')
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}
