import { platform } from '../../platform/node.ts'

/**
 * Everything that a terminal could act on or that a reader cannot see: control characters (C0, DEL, C1), marks that reorder text,
 * zero width and other ignorable characters, tags, line and paragraph separators, the byte order mark, halves of surrogate pairs.
 * https://www.unicode.org/reports/tr36/, https://trojansource.codes
 *
 * Made when it is needed: V8 collects the characters of these classes when it makes the expression, a millisecond of each start.
 */
const unsafe = () => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** The same but for C0, which JSON and YAML escape by themselves or use as layout. */
const unsafeAbove = () => /[\u007f-\u009f\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

const plain = /^[\u0020-\u007e]*$/

const shown = new Map([
  ['\u001b', '^['],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/**
 * One line of text made safe to print: what it quotes comes from whoever configures the proxy, and cannot begin a line of its own.
 * `ESC` becomes `^[`, as kubectl prints it; everything else reads as in JSON, or `\u{e0041}` where it takes more than four digits.
 */
export function escapeControls(text: string): string {
  if (plain.test(text)) return text
  return text.replace(
    unsafe(),
    (char) => shown.get(char) ?? (char.length > 1 ? `\\u{${hex(char)}}` : `\\u${hex(char)}`),
  )
}

/** Printed JSON with every unsafe character as `\u0000`: it parses to the same value. */
export function escapeJson(text: string): string {
  if (isAscii(text)) return text
  // Outside its strings JSON has no such character.
  return text.replace(unsafeAbove(), (char) => Array.from(char.split(''), (unit) => `\\u${hex(unit)}`).join(''))
}

/** Printed YAML in which every text that needs it is in double quotes, with every unsafe character escaped. It loads as the same value. */
export function escapeYaml(text: string): string {
  if (isAscii(text)) return text
  return text.replace(unsafeAbove(), (char) =>
    char.length > 1 ? `\\U${hex(char).padStart(8, '0')}` : `\\u${hex(char)}`,
  )
}

/** Whether a text needs the double quotes of YAML: without them nothing can be escaped. */
export function needsEscape(text: string): boolean {
  return !isAscii(text) && text.search(unsafeAbove()) !== -1
}

/** Native, for large documents are tested whole: about 10 GB/s. */
function isAscii(text: string): boolean {
  return platform.byteLength(text) === text.length && !text.includes('\u007f')
}

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')
}
