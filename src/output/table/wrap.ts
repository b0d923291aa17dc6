import { displayWidth } from '../text/display-width.ts'
import { textUnits } from '../text/text-units.ts'

/** After one of these a line may end without a word being cut. */
const breaks = /^[ ,;|/.&?=:]$/

/** Columns of the longest escape, `\u{10ffff}`. */
const longestEscape = 10

/** What stays on one line; a character under a heap of marks may have to be broken. */
function wrapUnits(text: string): string[] {
  return textUnits(text).flatMap((unit) => (widthOf(unit) > longestEscape ? Array.from(unit) : [unit]))
}

/** Columns that a text needs at least. */
export function leastWidth(text: string): number {
  return wrapUnits(text).reduce((most, unit) => Math.max(most, widthOf(unit)), 0)
}

/**
 * The text in lines of at most so many columns. A line ends behind a blank or a mark that separates, where one is in its second half.
 * Put together again without anything between, the lines are the text, but for a blank at the end of a line.
 * @param width no less than what the text needs at least
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line: string[] = []
  let used = 0
  for (const unit of wrapUnits(text)) {
    const own = widthOf(unit)
    if (used + own > width) {
      const rest = afterBreak(line, width, own)
      lines.push(
        line
          .slice(0, line.length - rest.length)
          .join('')
          .trimEnd(),
      )
      line = rest
      used = widthOf(rest.join(''))
    }
    line.push(unit)
    used += own
  }
  return [...lines, line.join('')]
}

/** The end of a line that goes to the next one. */
function afterBreak(line: readonly string[], width: number, next: number): string[] {
  const at = line.findLastIndex((unit) => breaks.test(unit))
  const rest = line.slice(at + 1)
  const isFar = widthOf(line.slice(0, at + 1).join('')) >= width / 2
  return isFar && widthOf(rest.join('')) + next <= width ? rest : []
}

/** At least as wide as any count of columns takes it: those of combining characters differ. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + Math.max(1, displayWidth(char)), 0)
}
