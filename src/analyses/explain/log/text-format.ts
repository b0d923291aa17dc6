import { formatTokens } from './format-tokens.ts'
import type { LineFormat } from './line-format.ts'
import { type FieldPlaces, type LoggedRequest, ReadLine } from './logged-request.ts'
import { operatorMeaning, type Shape } from './operators.ts'

/** The most places that a line is tried to be divided at: one of another format, or a hostile one, is given up. */
const maxSteps = 4096

interface Slot {
  readonly shape: Shape
  /** The text behind it; empty at the end of the line, or before another slot. */
  readonly after: string
  readonly isLast: boolean
}

/** A format whose lines are text. The literal text of the format says where a value ends; its shape, whether it can be that value. */
export function textFormat(name: string, format: string): LineFormat | undefined {
  const compiled = compile(format.replace(/\r?\n$/, ''))
  if (compiled === undefined) return undefined
  const { before, slots, places } = compiled
  return {
    name,
    fields: [...places.keys()],
    read(line): LoggedRequest | undefined {
      if (!line.startsWith(before)) return undefined
      const bounds = divide(line, before.length, slots)
      if (bounds === undefined) return undefined
      const values = slots.map((_, at) => line.slice(bounds[2 * at], bounds[2 * at + 1]))
      return new ReadLine(places, values)
    },
  }
}

interface Compiled {
  readonly before: string
  readonly slots: readonly Slot[]
  readonly places: FieldPlaces
}

/** Undefined for a format whose lines look like any others: one without text between values, or of several lines. */
function compile(format: string): Compiled | undefined {
  if (format.includes('\n')) return undefined
  const tokens = formatTokens(format)
  const [first] = tokens
  const before = first !== undefined && 'literal' in first ? first.literal : ''
  const slots: Slot[] = []
  const places = new Map<string, number>()
  tokens.forEach((token, at) => {
    if ('literal' in token) return
    const next = tokens[at + 1]
    const { field, shape } = operatorMeaning(token.operator)
    if (field !== undefined && !places.has(field)) places.set(field, slots.length)
    const after = next !== undefined && 'literal' in next ? next.literal : ''
    slots.push({ shape, after, isLast: next === undefined || (after !== '' && tokens[at + 2] === undefined) })
  })
  return slots.length < 2 || tokens.length < 3 ? undefined : { before, slots, places }
}

/** Where each value begins and ends, the shortest first; undefined where the line does not have the format. */
function divide(line: string, start: number, slots: readonly Slot[]): number[] | undefined {
  const bounds: number[] = []
  let steps = 0
  const from = (place: number, at: number): boolean => {
    const slot = slots[place]
    if (slot === undefined) return at === line.length
    const { after, shape, isLast } = slot
    let end = isLast ? line.length - after.length : firstEnd(line, at, after)
    while (end >= at && end <= line.length) {
      steps += 1
      if (steps > maxSteps || !hasShape(line, at, end, shape)) return false
      if (isLast && !line.endsWith(after)) return false
      bounds[2 * place] = at
      bounds[2 * place + 1] = end
      if (from(place + 1, end + after.length)) return true
      if (isLast) return false
      end = after === '' ? end + 1 : line.indexOf(after, end + 1)
    }
    return false
  }
  return from(0, start) ? bounds : undefined
}

/** Two values without text between: the first has one character at least. */
function firstEnd(line: string, at: number, after: string): number {
  return after === '' ? at + 1 : line.indexOf(after, at)
}

/** Whether the text can be such a value. A longer one cannot be either where it cannot. */
function hasShape(line: string, start: number, end: number, shape: Shape): boolean {
  if (shape === 'any') return true
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at)
    if (shape === 'word' ? code === space || code === quote : !isOf(code, shape)) return false
  }
  return true
}

const space = 32
const quote = 34

/** Digits, or `-` for nothing; letters and commas. */
function isOf(code: number, shape: 'digits' | 'flags'): boolean {
  if (code === 45) return true
  if (shape === 'digits') return code >= 48 && code <= 57
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 44
}
