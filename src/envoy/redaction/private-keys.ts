import { platform } from '../../platform/node.ts'
import { isPrivateDer } from './private-der.ts'

/** PEM of every kind, also OpenSSH, PGP, SSH2, PuTTY and age, as it stands or in a URL. A key may have lost its first or its last line. */
const pem =
  /BEGIN[^-\n]{0,60}PRIVATE(?: |\+|%20)KEY|PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?(?: ?-{4}|%2[Dd])|AGE-SECRET-KEY-1|Private-Lines: ?\+?\d/

/** The base64 of `PRIVATE KEY` wherever it begins: of three characters, the middle ones do not depend on what stands around. */
const pemInBase64 = ['UFJJVkFURSBLRV', 'BSSVZBVEUgS0V', 'QUklWQVRFIEtFW']

/** The same for what the keys of OpenSSH begin with, `openssh-key-v1`. */
const sshInBase64 = ['b3BlbnNzaC1rZXktdj', '9wZW5zc2gta2V5LXYx', 'vcGVuc3NoLWtleS12M']

/** A symmetric or private JSON Web Key (RFC 7517, RFC 7518 6.2.2, 6.3.2, 6.4.1). */
const jwkType = /\bkty["']?\s*[:=]/
const jwkMember = /(?:^|[{,\s"'])(?:d|k|p|q|dp|dq|qi)["']?\s*[:=]\s*["']?[\w+/-]{4,}/

/** Begins of DER in base64, base64url and hex, and of Java key stores. */
const encoded =
  /(?<![\w+/-])(?:M[A-P][\w+/-]{30,}|[/_]u3[+-]7Q[\w+/-]{30,}|zs7Ozg[\w+/-]{30,}|(?:0[xX])?30[0-9a-fA-F]{62,}|(?:0[xX])?(?:(?:[fF][eE]{2}[dD]){2}|(?:[cC][eE]){4})[0-9a-fA-F]{30,})/g

/** Encodings in encodings that are opened. */
const deepest = 4

/** Characters that are looked at for one text, in multiples of its length: whoever wrote it chose how many encodings it seems to have. */
const maxLooks = 40

/**
 * Whether a text holds a private or a symmetric key, in whatever form, behind whatever other text: PEM, DER, PKCS 12, OpenSSH, Java key
 * stores, JSON Web Keys; as base64, base64url or hex, with the escapes of JSON, C, HTML or a URL, and in any of these again.
 */
export function holdsPrivateKey(text: string): boolean {
  let left = maxLooks * text.length
  const holds = (inner: string, level: number): boolean => {
    if (inner.length < 24 || left <= 0) return false
    left -= inner.length
    return (
      isKeyText(inner) ||
      holdsKeyInWords(inner) ||
      (level > 0 && decodings(inner).some((each) => holds(each, level - 1)))
    )
  }
  return holds(text, deepest)
}

function isKeyText(text: string): boolean {
  if ((text.includes('KEY') || text.includes('Private-')) && pem.test(text)) return true
  return text.includes('openssh-key-v1') || (text.includes('kty') && jwkType.test(text) && jwkMember.test(text))
}

function holdsKeyInWords(text: string): boolean {
  if (pemInBase64.some((part) => text.includes(part)) || sshInBase64.some((part) => text.includes(part))) return true
  for (const [word] of text.matchAll(encoded)) {
    if (!/^(?:0x)?30|^M/i.test(word)) return true
    const hex = /^(?:0x)?(30[0-9a-f]+)$/i.exec(word)?.[1]
    if (isPrivateDer(hex === undefined ? platform.fromBase64(word.slice(0, 96)) : bytesOfHex(hex.slice(0, 128))))
      return true
  }
  return false
}

/** What a text, or a word in it, may stand for. */
function decodings(text: string): string[] {
  const found = [...wordsOf(text)]
  for (const whole of [unescaped, withoutPercents, withoutReferences, withoutNulls, withoutGaps]) {
    const other = whole(text)
    if (other !== text) found.push(other)
  }
  return found
}

/** Words that are the base64 or the hex of another text. */
function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\w+/-]{32,}/g)) {
    const hex = /^(?:0x)?((?:[0-9a-f]{2})+)$/i.exec(word)?.[1]
    // What begins as text is opened: nearly all of it is not.
    if (hex !== undefined && beginsAsText(bytesOfHex(hex.slice(0, 16)))) yield platform.latin1(bytesOfHex(hex))
    if (beginsAsText(platform.fromBase64(word.slice(0, 12)))) yield platform.latin1(platform.fromBase64(word))
  }
}

/** Text of one byte a character, or of two in either order, as Windows writes it. */
function beginsAsText(bytes: Uint8Array): boolean {
  return /^(?:[\t\n\r\u0020-\u007e]{8}|(?:\u00ff\u00fe)?(?:[\t\n\r\u0020-\u007e]\0){3}|(?:\u00fe\u00ff)?(?:\0[\t\n\r\u0020-\u007e]){3})/.test(
    platform.latin1(bytes),
  )
}

/** Escapes of JSON, also of JSON inside JSON, and of C undone. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text
    .replace(/(?<!\\)\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/(?<!\\)\\+x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/(?<!\\)\\+([01][0-7]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
    .replace(/(?<!\\)\\+(["'/])/g, '$1')
}

/** Character references of HTML and XML undone. */
function withoutReferences(text: string): string {
  if (!text.includes('&#')) return text
  return text.replace(/&#(?:x([0-9a-f]{2,4})|(\d{2,5}));/gi, (_, hex: string | undefined, decimal = '') =>
    String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  )
}

/** A URL's escapes undone. */
function withoutPercents(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Text of two bytes a character, read as one of one. */
function withoutNulls(text: string): string {
  return text.replaceAll('\0', '')
}

/** White space, the line ends of escaped text, and the colons between bytes of hex left out. */
function withoutGaps(text: string): string {
  if (text.length <= 64) return text
  return text.replace(/\s|\\[nr]|(?<=[0-9a-f]{2}):(?=[0-9a-f]{2}(?![0-9a-f]))/gi, '')
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}
