import { AppError } from '../../errors.ts'
import { platform } from '../../platform/node.ts'
import type { ConfigDump } from '../dump/config-dump.ts'
import type { Section } from '../dump/section.ts'
import { SectionDump } from '../dump/section-dump.ts'
import type { Json } from '../json.ts'
import { kinds, sections } from '../kinds.ts'
import { binaryKind, decode, isBinary } from './decode.ts'
import { dumpsIn, type FoundDump } from './document.ts'
import { envoyLayout } from './envoy-layout.ts'
import { dumpHint, isKnownOtherThing, resemblanceOf, resemblanceOfText } from './identify-document.ts'
import { findJsonFault } from './json-fault.ts'
import { endOfValue, opensArray, opensObject, skipSpace, textOf } from './json-span.ts'
import { lazySections } from './lazy-sections.ts'
import { hasLinePrefix, withoutLinePrefix } from './line-prefix.ts'
import { parseJson } from './parse-json.ts'
import { inMemory, type StoredBytes } from './stored-bytes.ts'
import { textWithin } from './text-within.ts'

/**
 * Reads an admin dump in any form it is passed around in: JSON or YAML, whole or cut short, with log lines around it, with any of
 * the shapes that `dumpsIn` knows. What is not a dump is refused with a line that says what it is instead.
 * @param label names the input in errors: a file name, `standard input`, a pod
 * @throws AppError
 */
export async function readDump(input: Uint8Array | StoredBytes, label: string): Promise<ConfigDump> {
  const stored = input instanceof Uint8Array ? inMemory(input) : input
  const laidOut = envoyLayout(stored, label)
  if (laidOut !== undefined) return new SectionDump(laidOut.sections, laidOut.notes)
  const { bytes, notes } = decode(stored.read(0, stored.size))
  const start = skipSpace(bytes, 0)
  if (start >= bytes.length) throw new AppError(`${label} is empty`, { hint: dumpHint })
  if (isBinary(bytes))
    throw new AppError(`${label} is ${binaryKind(bytes)}, not an Envoy config dump`, { hint: dumpHint })
  if (opensObject(bytes[start]) || opensArray(bytes[start])) {
    const found = readJson(bytes, start, label, notes)
    if (found instanceof SectionDump) return found
    return readNoisy(bytes, label, notes) ?? readPrefixed(bytes, label, notes) ?? refuse(found)
  }
  const prefixed = readPrefixed(bytes, label, notes)
  if (prefixed !== undefined) return prefixed
  const found = await readYaml(bytes, label, notes)
  if (found instanceof SectionDump) return found
  return readNoisy(bytes, label, notes) ?? refuse(found ?? textError(bytes, label))
}

/** A dump out of a log whose every line has a prefix. */
function readPrefixed(bytes: Uint8Array, label: string, notes: readonly string[]): SectionDump | undefined {
  const sample = textOf(bytes, { start: 0, end: Math.min(bytes.length, 65_536) })
  if (!hasLinePrefix(sample)) return undefined
  const bare = withoutLinePrefix(textWithin(bytes, 0, bytes.length, label))
  return readNoisy(platform.encode(bare), label, [...notes, `Stripped the log prefix from each line of ${label}.`])
}

/** The dump in the JSON document at `start`, or the error that says why it is none. */
function readJson(bytes: Uint8Array, start: number, label: string, notes: readonly string[]): SectionDump | AppError {
  const lazy = lazySections(bytes, start, label)
  if (lazy !== undefined) return fromSections(bytes, lazy, label, notes)
  const end = endOfValue(bytes, start) ?? bytes.length
  const text = textWithin(bytes, start, end, label)
  try {
    const document = parseJson(text, label)
    const dump = fromDocument(document, label, [...notes, ...trailingNote(bytes, end, label)])
    return dump ?? notADump(document, label)
  } catch (error) {
    return error instanceof AppError ? error : brokenJson(text, label)
  }
}

function fromSections(
  bytes: Uint8Array,
  lazy: { sections: readonly Section[]; end: number; cut: boolean },
  label: string,
  notes: readonly string[],
): SectionDump {
  if (!lazy.cut) return new SectionDump(lazy.sections, [...notes, ...trailingNote(bytes, lazy.end, label)])
  const last = lazy.sections.at(-1)?.type ?? 'its first section'
  const text = `${label} is cut short at ${endPosition(bytes)}, inside ${last}`
  const kind = kinds.find((each) => last.endsWith(`.${sections[each].message}`))
  const note = `${text}: shown is what is whole before that.`
  return new SectionDump(lazy.sections, [...notes, note], { kind, text, note })
}

/** The first dump of a document; the others are named. */
function fromDocument(document: Json, label: string, notes: readonly string[]): SectionDump | undefined {
  const [first, ...others] = dumpsIn(document)
  if (first === undefined) return undefined
  const several =
    others.length === 0
      ? []
      : [`${label} holds ${others.length + 1} dumps: shown is ${pathOf(first)}, not ${others.map(pathOf).join(', ')}.`]
  return new SectionDump(first.sections, [...notes, ...several])
}

function pathOf({ path }: FoundDump): string {
  return path.join('/') || 'the first'
}

/**
 * Log lines or shell noise around a document: tries the places where one can begin. A try costs what its document is long, which
 * is all that is left where its brackets do not close; so all tries together may cost a few times what the input is long.
 */
function readNoisy(bytes: Uint8Array, label: string, notes: readonly string[]): SectionDump | undefined {
  let left = maxPasses * bytes.length
  for (const start of documentStarts(bytes)) {
    if (left < 0) return undefined
    const lazy = lazySections(bytes, start, label)
    const end = lazy?.end ?? endOfValue(bytes, start)
    left -= (end ?? bytes.length) - start
    const found = lazy === undefined ? dumpAt(bytes, start, end, label, notes) : fromSections(bytes, lazy, label, notes)
    if (found === undefined) continue
    const skipped = textOf(bytes, { start: 0, end: start }).trim().split('\n').length
    return start === skipSpace(bytes, 0)
      ? found
      : found.withNote(`Skipped ${skipped} lines before the dump in ${label}.`)
  }
  return undefined
}

/** The dump in a whole JSON document that stands among other text. */
function dumpAt(
  bytes: Uint8Array,
  start: number,
  end: number | undefined,
  label: string,
  notes: readonly string[],
): SectionDump | undefined {
  if (end === undefined) return undefined
  try {
    const document = parseJson(textWithin(bytes, start, end, label), label)
    return fromDocument(document, label, [...notes, ...trailingNote(bytes, end, label)])
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof AppError) return undefined
    throw error
  }
}

/** At most so many places are tried. */
const maxStarts = 200

/** Each try may cost a pass over the rest of the input. */
const maxPasses = 10

function documentStarts(bytes: Uint8Array): number[] {
  const starts: number[] = []
  for (let at = 0; at < bytes.length && at !== -1 && starts.length < maxStarts; ) {
    const first = skipSpace(bytes, at)
    if (opensObject(bytes[first]) || opensArray(bytes[first])) starts.push(first)
    const lineEnd = bytes.indexOf(0x0a, at)
    if (lineEnd === -1) break
    at = lineEnd + 1
  }
  return starts
}

/** The dump in a YAML text, or undefined when the text is no YAML; prose with a colon in it is YAML too, and no dump. */
async function readYaml(
  bytes: Uint8Array,
  label: string,
  notes: readonly string[],
): Promise<SectionDump | AppError | undefined> {
  const document = await (await import('./yaml.ts')).parseYaml(textWithin(bytes, 0, bytes.length, label), label)
  if (document === undefined) return undefined
  return fromDocument(document, label, notes) ?? (isKnownOtherThing(document) ? notADump(document, label) : undefined)
}

function brokenJson(text: string, label: string): AppError {
  const fault = findJsonFault(text)
  if (fault === undefined) return new AppError(`${label} could not be parsed`)
  const where = `line ${fault.line}, column ${fault.column}`
  if (fault.truncated)
    return new AppError(`${label} is cut short at ${where}, and nothing before that is whole`, {
      code: 'cut-short',
      hint: 'The rest is missing: fetch or save it again.',
    })
  return new AppError(`${label} is broken JSON at ${where}`, { code: 'unexpected-answer', hint: dumpHint })
}

function notADump(document: Json, label: string): AppError {
  const { is, hint } = resemblanceOf(document)
  return new AppError(`${label} is not an Envoy config dump: this is ${is}`, { hint, code: 'unexpected-answer' })
}

function textError(bytes: Uint8Array, label: string): AppError {
  const { is, hint } = resemblanceOfText(textOf(bytes, { start: 0, end: Math.min(bytes.length, 65_536) }))
  return new AppError(`${label} is not an Envoy config dump: this is ${is}`, { hint, code: 'unexpected-answer' })
}

function refuse(error: AppError): never {
  throw error
}

function trailingNote(bytes: Uint8Array, end: number, label: string): string[] {
  const rest = skipSpace(bytes, end)
  if (rest >= bytes.length) return []
  const another = opensObject(bytes[rest]) || opensArray(bytes[rest])
  return [
    another
      ? `${label} holds another document after the dump, which is not read: give each dump a file of its own.`
      : `Skipped ${bytes.length - rest} bytes after the dump in ${label}.`,
  ]
}

function endPosition(bytes: Uint8Array): string {
  let line = 1
  let lineStart = 0
  for (let i = bytes.indexOf(0x0a); i !== -1; i = bytes.indexOf(0x0a, i + 1)) {
    line++
    lineStart = i + 1
  }
  return `line ${line}, column ${textOf(bytes, { start: lineStart, end: bytes.length }).length + 1}`
}
