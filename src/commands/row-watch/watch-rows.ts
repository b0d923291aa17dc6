import { setTimeout as wait } from 'node:timers/promises'
import type { Args, Context, Run } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import type { IO } from '../../contract/io.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import type { View, ViewRow } from '../../view.ts'
import { RepeatedNotes } from '../watch/repeated-notes.ts'
import { PolledProxies } from './polled-proxies.ts'
import { type ChangedRow, RowChanges } from './row-changes.ts'
import { RowPrinter } from './row-printer.ts'

/** Formats whose rows can follow each other. */
const formats = ['table', 'wide', 'jsonl', 'csv', 'name']

/** Flags that read what is saved, or need the whole table. */
const refused = ['file', 'capture', 'control-plane-file', 'group', 'odd', 'traffic', 'interval', 'sort-by', 'exit-code']

/**
 * Runs a command again and again: the table first, then each row whose state changed. Ends with Ctrl-C, or when nobody reads any more.
 * @throws the error of the first reading; later ones are notes, and the table is read again
 */
export async function watchRows(run: Run, args: Args, context: Context): Promise<number> {
  const interval = durationOption(args, 'watch-interval', 100) ?? 10_000
  if (!formats.includes(context.format.name)) throw new UsageError(`--watch goes with -o ${formats.join(', ')}`)
  const other = refused.find((name) => args.string(name) !== undefined || args.boolean(name) === true)
  if (other !== undefined) throw new UsageError(`--watch does not go with --${other}`)
  const rows = new WatchedRows(args, context)
  while (await rows.read(run)) await wait(interval, undefined, { signal: context.io.signal })
  return exitCode.ok
}

/** A table that is read again and again, in rounds. */
class WatchedRows {
  readonly #args: Args
  readonly #context: Context
  readonly #printer: RowPrinter
  readonly #changes = new RowChanges()
  readonly #proxies = new PolledProxies()
  /** Kind and columns of the latest table. */
  #last: Pick<View, 'kind' | 'columns'> | undefined
  #isFirst = true
  #isOpen = true
  #isComplete = true
  readonly #notes = new RepeatedNotes()
  /** Of looking up pods, which is not done in each round. */
  readonly #lookupNotes = new RepeatedNotes()

  constructor(args: Args, context: Context) {
    this.#args = args
    this.#context = context
    this.#printer = new RowPrinter(context.render, args.boolean('output-watch-events') === true)
  }

  /** One round. @returns false when nobody reads the output any more */
  async read(run: Run): Promise<boolean> {
    this.#isComplete = true
    try {
      await run(this.#args, this.#roundContext())
      const isUnknown = ({ proxy }: ViewRow) =>
        !this.#isComplete || (proxy !== undefined && this.#proxies.hasFailed(proxy))
      await this.#print(this.#changes.endRound(isUnknown))
    } catch (error) {
      if (this.#isFirst) throw error
      this.#noteError(error, this.#notes)
      this.#proxies.failAll()
      // What this round did not come to stays as it is.
      this.#changes.endRound(() => true)
    }
    this.#isFirst = false
    this.#notes.endRound()
    return this.#isOpen
  }

  #roundContext(): Context {
    const { open } = this.#context
    return {
      ...this.#context,
      io: roundIO(this.#context.io, this.#isFirst),
      note: (text) => this.#note(text, this.#notes),
      incomplete: (why) => {
        this.#isComplete = false
        this.#note(why, this.#notes)
      },
      open: (selection, options) =>
        this.#proxies.open(
          () => {
            this.#lookupNotes.endRound()
            return open(selection, { ...options, incomplete: (why) => this.#lacks(why) })
          },
          (error) => this.#noteError(error, this.#lookupNotes),
        ),
      failed: (proxy) => this.#proxies.fail(proxy.id.name),
      render: (view) => this.#render(view),
    }
  }

  async #render(view: View): Promise<boolean> {
    for (const note of view.notes) this.#note(note, this.#notes)
    if (view.rows.length === 0) this.#note(view.empty, this.#notes)
    const changed = this.#changes.changed(view)
    this.#last = { kind: view.kind, columns: view.columns }
    if (!this.#isFirst || this.#args.boolean('watch-only') !== true) return this.#print(changed)
    this.#printer.measure(this.#last, changed)
    return true
  }

  async #print(changed: readonly ChangedRow[]): Promise<boolean> {
    if (this.#isOpen && this.#last !== undefined) this.#isOpen = await this.#printer.print(this.#last, changed)
    return this.#isOpen
  }

  /** @throws errors that a later reading cannot have mended: internal ones, and the interrupt */
  #noteError(error: unknown, notes: RepeatedNotes): void {
    if (!(error instanceof AppError) || this.#context.io.signal.aborted) throw error
    this.#note(`error: ${error.message}`, notes)
  }

  /** What is missing from the first table makes the answer incomplete; later a note tells it. */
  #lacks(why: string): void {
    this.#note(why, this.#lookupNotes)
    if (this.#isFirst) this.#context.incomplete(why)
  }

  #note(text: string, notes: RepeatedNotes): void {
    if (!notes.add(text)) return
    const time = this.#isFirst ? '' : `${this.#context.io.now().toISOString().slice(11, 19)}  `
    this.#context.note(`${time}${text}`)
  }
}

/** Without threads and `untilInterrupted`, for Ctrl-C ends a watch at once; progress is shown for the first round only. */
function roundIO(io: IO, isFirst: boolean): IO {
  const left = ['threads', 'untilInterrupted', ...(isFirst ? [] : ['progress'])]
  // All else is asked of the IO itself: whether a stream is a terminal is found out when it is first asked for.
  return Object.create(io, Object.fromEntries(left.map((name) => [name, { value: undefined }])))
}
