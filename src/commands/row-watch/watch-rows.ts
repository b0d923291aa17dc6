import { setTimeout as wait } from 'node:timers/promises'
import type { Args, Context, Run } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import type { IO } from '../../contract/io.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import type { View, ViewRow } from '../../view.ts'
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
  /** Notes of the previous round, and of this one: a note is printed again only after a round without it. */
  #earlierNotes = new Set<string>()
  #notes = new Set<string>()

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
      this.#noteError(error)
      this.#proxies.failAll()
    }
    this.#isFirst = false
    this.#earlierNotes = this.#notes
    this.#notes = new Set()
    return this.#isOpen
  }

  #roundContext(): Context {
    const { open } = this.#context
    return {
      ...this.#context,
      io: roundIO(this.#context.io, this.#isFirst),
      note: (text) => this.#note(text),
      incomplete: (why) => {
        this.#isComplete = false
        this.#note(why)
      },
      open: (selection, options) =>
        this.#proxies.open(
          () => open(selection, options),
          (error) => this.#noteError(error),
        ),
      failed: (proxy) => this.#proxies.fail(proxy.id.name),
      render: (view) => this.#render(view),
    }
  }

  async #render(view: View): Promise<boolean> {
    for (const note of view.notes) this.#note(note)
    if (view.rows.length === 0) this.#note(view.empty)
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
  #noteError(error: unknown): void {
    if (!(error instanceof AppError) || this.#context.io.signal.aborted) throw error
    this.#note(`error: ${error.message}`)
  }

  #note(text: string): void {
    this.#notes.add(text)
    if (this.#earlierNotes.has(text)) return
    const time = this.#isFirst ? '' : `${this.#context.io.now().toISOString().slice(11, 19)}  `
    this.#context.note(`${time}${text}`)
  }
}

/** Without `untilInterrupted`, for Ctrl-C ends a watch at once; progress is shown for the first round only. */
function roundIO(io: IO, isFirst: boolean): IO {
  const { env, cwd, invokedAs, stdin, write, warn, now, self, signal, progress } = io
  return {
    ...{ env, cwd, invokedAs, stdin, write, warn, now, self, signal },
    ...(isFirst && progress !== undefined ? { progress } : {}),
    get stdinIsTTY() {
      return io.stdinIsTTY
    },
    get stderrIsTTY() {
      return io.stderrIsTTY
    },
    get stdoutColumns() {
      return io.stdoutColumns
    },
  }
}
