/**
 * Whether a text is what a pattern says: `*` stands for any text, and one more character for any one. Takes time as pattern times text at most,
 * where an expression with as many gaps tries every way to fill them.
 * @param single stands for one character, whichever it is; nothing does without it
 */
export function globMatches(pattern: string, text: string, single?: string): boolean {
  let [place, at] = [0, 0]
  let gap: { readonly place: number; at: number } | undefined
  while (at < text.length) {
    const char = pattern[place]
    if (char === '*') {
      gap = { place, at }
      place++
    } else if (char !== undefined && (char === single || char === text[at])) {
      place++
      at++
    } else if (gap !== undefined) {
      // The last gap holds one character more; those before it never need to.
      gap.at++
      at = gap.at
      place = gap.place + 1
    } else return false
  }
  return pattern.slice(place).replaceAll('*', '') === ''
}
