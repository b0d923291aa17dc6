/** Escapes of Go's quoted strings, which kubectl reads with `strconv.UnquoteChar`. */
const single = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
])

/**
 * What stands between the quotes of a template, with its escapes read.
 * @returns undefined for an escape that Go does not have
 */
export function unquote(text: string): string | undefined {
  let valid = true
  const read = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g,
    (_, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      const digits = hex ?? short ?? long
      const code = digits === undefined ? octal && Number.parseInt(octal, 8) : Number.parseInt(digits, 16)
      if (typeof code === 'number' && code <= 0x10ffff) return String.fromCodePoint(code)
      const known = single.get(letter ?? '')
      if (known === undefined) valid = false
      return known ?? ''
    },
  )
  return valid ? read : undefined
}
