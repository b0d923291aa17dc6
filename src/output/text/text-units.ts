const ascii = /^[\u0020-\u007e]*$/

/** What `escapeControls` writes in place of a character. */
const written = /(\^\[|\\[nrt]|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{5,6}\})/

/** Made when a text outside of ASCII comes along: it takes longer than many a table. */
let segmenter: Intl.Segmenter | undefined

/**
 * The parts of a text of a cell that may not be cut: what a reader takes for one character (a grapheme cluster, UAX 29), and an escape
 * as `escapeControls` writes it.
 */
export function textUnits(text: string): string[] {
  return text.split(written).flatMap((part, at) => (at % 2 === 1 ? [part] : characters(part)))
}

function characters(text: string): string[] {
  if (ascii.test(text)) return text.split('')
  segmenter ??= new Intl.Segmenter('en')
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
