import { displayWidth } from '../text/display-width.ts'
import { textUnits } from '../text/text-units.ts'
import { fitWidths } from './fit-widths.ts'

const ellipsis = '…'
const comma = ', '

/** The beginning of a name tells more than its end, which is often that of its domain. */
const headShare = 0.58

/** Of a list, a part that has less room is left out and counted. */
const leastPart = 12

/**
 * The text of a cell, no wider than so many columns: `…` stands for the middle of a name, for both ends tell it from others. Of a
 * list (destinations with their shares) each part keeps its ends, so that the beginning of one is never read with the end of another.
 */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const parts = text.split(comma)
  for (let count = parts.length; count > 0; count--) {
    const rest = count < parts.length ? ` + ${parts.length - count} more` : ''
    const room = width - (count - 1) * comma.length - rest.length
    if (room >= count * leastPart) return listOf(parts.slice(0, count), room) + rest
  }
  // Too narrow for that: at least nothing is read with the end of something else.
  return parts.length === 1 ? withoutMiddle(text, width) : withoutEnd(text, width)
}

function listOf(parts: readonly string[], room: number): string {
  const widths = fitWidths(
    parts.map((part) => ({ width: displayWidth(part), least: 1 })),
    room,
  )
  return parts.map((part, at) => withoutMiddle(part, widths[at] ?? 0)).join(comma)
}

function withoutEnd(text: string, width: number): string {
  return taken(textUnits(text), width - displayWidth(ellipsis)).join('') + ellipsis
}

function withoutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const units = textUnits(text)
  const room = width - displayWidth(ellipsis)
  const head = taken(units, Math.ceil(room * headShare))
  const tail = taken(units.toReversed(), room - displayWidth(head.join('')))
  return head.join('') + ellipsis + tail.toReversed().join('')
}

/** The first units that fit. */
function taken(units: readonly string[], room: number): readonly string[] {
  let left = room
  const end = units.findIndex((unit) => {
    left -= displayWidth(unit)
    return left < 0
  })
  return end === -1 ? units : units.slice(0, end)
}
