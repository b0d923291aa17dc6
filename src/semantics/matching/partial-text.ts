import type { UnknownFact } from '../reasons/unknown-facts.ts'
import { fullMatch, quote } from './regex.ts'
import type { Truth } from './ternary.ts'

/** A text of which parts are not known: what Envoy makes itself, or what the user does not say. */
export interface PartialText {
  /** Known text and gaps, in order. */
  readonly parts: readonly (string | Gap)[]
  /** What has to be known to tell it. */
  readonly fact: UnknownFact
  /** Whether it may not be there at all. */
  readonly optional: boolean
}

/** A part that is not known: what it can consist of. */
interface Gap {
  /** Inside of an RE2 character class. */
  readonly characters: string
  /** All that it can be, as RE2, where that is less than any number of those characters. */
  readonly pattern?: string
  /** How many characters it has at least; none unless it says so. */
  readonly least?: number
  /** Texts that it can be, as different as they can be. */
  readonly samples: readonly string[]
}

/** A text with this gap in it. */
export function partialText(parts: readonly (string | Gap)[], fact: UnknownFact, optional = false): PartialText {
  return { parts, fact, optional }
}

/** Any text at all. */
export const anyText: Gap = { characters: '\\x{20}-\\x{10FFFF}', samples: ['', '0', 'a-long-enough/Text.', 'zZ=9'] }
/** An IP address. */
export const anyAddress: Gap = {
  characters: '0-9a-f:.',
  samples: ['10.0.0.1', '127.0.0.1', '203.0.113.250', '2001:db8::1', 'fd00::a'],
}
/**
 * The address of the proxy itself, which its first network interface has: of a pod, from a range that is not public.
 * (Network::Utility::getLocalAddress)
 */
export const ownAddress: Gap = {
  characters: '0-9a-f:.',
  pattern: String.raw`(?:10|172\.(?:1[6-9]|2\d|3[01])|192\.(?:0|168)|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|198\.1[89])(?:\.\d+)+|f[cde][0-9a-f:]*`,
  samples: ['10.0.0.1', '172.20.7.9', '192.168.254.31', '100.64.0.8', 'fd00::a'],
}
export const anyNumber: Gap = { characters: '0-9', least: 1, samples: ['0', '40001', '65535'] }
/** The hash of a certificate in hex. */
export const anyHash: Gap = {
  characters: '0-9a-f',
  least: 64,
  samples: ['0123456789abcdef'.repeat(4), 'f'.repeat(64), '0'.repeat(64), '9a'.repeat(32)],
}
/** A random UUID. */
export const anyUuid: Gap = {
  characters: '0-9a-f-',
  least: 36,
  samples: [
    '00000000-0000-4000-8000-000000000000',
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
    '9a3c5e71-b2d4-4f60-a18c-73e5d9b0c246',
  ],
}

/** Two texts one after the other, with a delimiter between them. */
export function joinedText(
  first: string | PartialText,
  delimiter: string,
  second: string | PartialText,
): string | PartialText {
  if (typeof first === 'string' && typeof second === 'string') return `${first}${delimiter}${second}`
  const parts = [...partsOf(first), delimiter, ...partsOf(second)]
  if (typeof first !== 'string') return partialText(parts, first.fact, first.optional)
  return typeof second === 'string' ? `${first}${delimiter}${second}` : partialText(parts, second.fact)
}

export function partsOf(text: string | PartialText): readonly (string | Gap)[] {
  return typeof text === 'string' ? [text] : text.parts
}

/** What a string matcher compares with. */
export type Comparison = 'exact' | 'prefix' | 'suffix' | 'contains'

/** Whether a comparison holds whatever the gaps are filled with; undefined where it depends on them. */
export function partialCompares(text: PartialText, comparison: Comparison, wanted: string, fold: Fold): Truth {
  const parts = merged(text.parts).map((part) => (typeof part === 'string' ? fold(part) : part))
  const asked = fold(wanted)
  if (isCertain(parts, comparison, asked)) return true
  return canCompare(parts, comparison, asked) ? undefined : false
}

type Fold = (text: string) => string

/** Whether a regular expression matches: true where it matches every sample; it is never known not to. */
export function partialMatchesRegex({ parts }: PartialText, pattern: string): Truth {
  const most = parts.reduce(
    (count, part) => (typeof part === 'string' ? count : Math.max(count, part.samples.length)),
    1,
  )
  const filled = Array.from({ length: most }, (_, turn) =>
    parts.map((part) => (typeof part === 'string' ? part : (part.samples[turn % part.samples.length] ?? ''))).join(''),
  )
  return filled.every((sample) => fullMatch(pattern, sample)) ? true : undefined
}

/** Known parts that touch are one. */
function merged(parts: readonly (string | Gap)[]): (string | Gap)[] {
  const result: (string | Gap)[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part
    else if (part !== '') result.push(part)
  }
  return result
}

function isCertain(parts: readonly (string | Gap)[], comparison: Comparison, wanted: string): boolean {
  const literal = (part: string | Gap | undefined): string => (typeof part === 'string' ? part : '')
  if (comparison === 'prefix') return literal(parts[0]).startsWith(wanted)
  if (comparison === 'suffix') return literal(parts.at(-1)).endsWith(wanted)
  return comparison === 'contains' && parts.some((part) => typeof part === 'string' && part.includes(wanted))
}

/** Whether some filling of the gaps makes it hold, or may: gaps count as any number of their characters. */
function canCompare(parts: readonly (string | Gap)[], comparison: Comparison, wanted: string): boolean {
  if (comparison === 'exact') return fullMatch(parts.map(exactly).join(''), wanted)
  const starts = parts.map((part, place) => `${parts.slice(0, place).map(whole).join('')}${startOf(part, wanted)}`)
  if (comparison === 'prefix') return starts.some((pattern) => fullMatch(pattern, wanted))
  const ends = parts.map(
    (part, place) =>
      `${endOf(part, wanted)}${parts
        .slice(place + 1)
        .map(whole)
        .join('')}`,
  )
  if (comparison === 'suffix') return ends.some((pattern) => fullMatch(pattern, wanted))
  return parts.some((first, from) =>
    parts.slice(from).some((last, offset) => {
      if (offset === 0) return typeof first !== 'string' && fullMatch(anyNumberOf(first), wanted)
      const between = parts
        .slice(from + 1, from + offset)
        .map(whole)
        .join('')
      return fullMatch(`${endOf(first, wanted)}${between}${startOf(last, wanted)}`, wanted)
    }),
  )
}

function exactly(part: string | Gap): string {
  return typeof part !== 'string' && part.pattern !== undefined ? `(?:${part.pattern})` : whole(part)
}

function whole(part: string | Gap): string {
  return typeof part === 'string' ? quote(part) : `[${part.characters}]{${part.least ?? 0},}`
}

function anyNumberOf({ characters }: Gap): string {
  return `[${characters}]*`
}

/** Any beginning of a part, as far as it matters to this text. */
function startOf(part: string | Gap, wanted: string): string {
  if (typeof part !== 'string') return anyNumberOf(part)
  return [...part.slice(0, wanted.length)].reduceRight((rest, character) => `(?:${quote(character)}${rest})?`, '')
}

/** Any end of a part. */
function endOf(part: string | Gap, wanted: string): string {
  if (typeof part !== 'string') return anyNumberOf(part)
  const last = wanted === '' ? '' : part.slice(-wanted.length)
  return [...last].reduce((rest, character) => `(?:${rest}${quote(character)})?`, '')
}
