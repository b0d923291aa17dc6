import type { Args, Context } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { formatNamed } from '../../contract/output-options.ts'
import type { FormatOptions } from '../../output/format.ts'
import { redactedView } from '../../output/redacted-view.ts'
import { safeLine } from '../../output/text/safe-line.ts'
import { toned } from '../../output/text/tone.ts'
import type { TextLine, View } from '../../view.ts'
import type { ReadyFormat } from './ready-format.ts'
import { usesColour } from './uses-colour.ts'

interface RenderContext {
  readonly format: ReadyFormat
  readonly io: IO
  /** Prints a line on stderr. */
  note(line: string): void
  readonly part: Parameters<Context['render']>[1]
}

/** Prints a view in the format that the arguments ask for, as the terminal can show it; what is to be said beside it goes to stderr. */
export async function renderView(view: View, args: Args, { format, io, note, part }: RenderContext): Promise<boolean> {
  const { name, shows, template } = format
  const own = view.texts?.[name]
  const sortBy = args.string('sort-by')
  view.notes.forEach(note)
  const hasOwn = own !== undefined || view.ownDocuments?.[name] !== undefined
  if (view.rows.length === 0 && !hasOwn && view.sections === undefined && part === undefined) note(view.empty)
  const asked = formatOptions(args, io)
  const options = {
    ...asked,
    headers: asked.headers && part !== 'next',
    ...(template === undefined ? {} : { template }),
  }
  const redacted = redactedView(view, args.boolean('show-secrets') === true)
  const sorted =
    sortBy === undefined ? redacted : await (await import('../../output/sort.ts')).sortedView(redacted, sortBy, shows)
  const ownDocument = redacted.ownDocuments?.[name]
  const pieces =
    ownDocument !== undefined
      ? (await import('../../output/json/document-text.ts')).documentText(ownDocument())
      : own === undefined
        ? rendered(sorted, name, options)
        : textLines(own(), options)
  for await (const piece of pieces) {
    if (!(await io.write(piece))) return false
  }
  return true
}

export function formatOptions(args: Args, { env, stdoutColumns }: IO): FormatOptions {
  const colour = usesColour({ when: args.string('color'), env, isTerminal: stdoutColumns !== undefined })
  const whole = args.boolean('no-trunc') === true
  return {
    headers: args.boolean('no-headers') !== true,
    headings: args.boolean('with-headers') === true,
    colour,
    ...(whole || stdoutColumns === undefined ? {} : { width: stdoutColumns }),
    ...(whole ? {} : { wrapWidth: pageWidth(stdoutColumns, env.COLUMNS) }),
  }
}

/** What is wrapped has as many columns as the terminal; in a pipe or a file as many as COLUMNS says, as for `ls`, or as fit a ticket. */
function pageWidth(terminal: number | undefined, columns: string | undefined): number {
  if (terminal !== undefined && Number.isFinite(terminal)) return terminal
  return /^[1-9]\d{0,3}$/.test(columns ?? '') ? Number(columns) : 120
}

async function* rendered(view: View, name: string, options: FormatOptions): AsyncGenerator<string | Uint8Array> {
  const format = formatNamed(name)
  const parts = view.sections === undefined || format.showsSections ? [view] : view.sections.map((part) => part.view)
  for (const part of parts) yield* await format.render(part, options)
}

/** Lines of a view's own text. */
function* textLines(lines: Iterable<TextLine>, { colour }: FormatOptions): Generator<string> {
  for (const line of lines) {
    const { text, tone } = typeof line === 'string' ? { text: line } : line
    yield `${toned(safeLine(text), colour ? tone : undefined)}\n`
  }
}
