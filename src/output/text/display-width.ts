import stringWidth from 'string-width'

const ascii = /^[\u0020-\u007e]*$/

/** Columns of a terminal that a text takes up: wide characters count two. Plain ASCII, nearly every cell, needs no look-up. */
export function displayWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text)
}
