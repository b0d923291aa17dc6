import { setTimeout as wait } from 'node:timers/promises'
import type { SeenChange } from '../../analyses/watch/change-events.ts'
import type { WatchEvent } from '../../analyses/watch/watch-event.ts'
import { watchView } from '../../analyses/watch/watch-view.ts'
import type { Args, Context } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import { selectionOf } from '../../contract/selection.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { RepeatedNotes } from './repeated-notes.ts'
import { WatchedProxy } from './watched-proxy.ts'

/** Rounds after which pods are looked up again, though every proxy answers: new replicas are watched as well. */
const roundsBetweenLookups = 6

/** What changes in the proxies that the arguments name, until the time is over or the run is ended. */
export async function showChanges(args: Args, context: Context): Promise<number> {
  const interval = durationOption(args, 'interval', 100) ?? 10_000
  const limit = durationOption(args, 'for')
  const selection = selectionOf(args, { command: 'watch', every: true, many: true, orScope: true })
  const { io } = context
  const mesh = new WatchedMesh(selection, context)
  // The clock of the day may jump; this one does not.
  const end = performance.now() + (limit ?? Number.POSITIVE_INFINITY)
  const wanted = args.number('events') ?? Number.POSITIVE_INFINITY
  if (!(wanted >= 1)) throw new UsageError('--events needs a number above 0')
  await mesh.lookUp()
  let printed = 0
  for (let round = 0; ; round++) {
    const events = (await mesh.look(round)).slice(0, wanted - printed)
    printed += events.length
    if (events.length > 0 && !(await context.render(watchView(events)))) return exitCode.ok
    if (round === 0) context.note(`Watching ${mesh.size} ${mesh.size === 1 ? 'proxy' : 'proxies'}.`)
    const left = end - performance.now()
    if (left <= 0 || printed >= wanted) return exitCode.ok
    await wait(Math.min(interval, left), undefined, { signal: io.signal })
  }
}

/** The proxies of a selection, which come and go. */
class WatchedMesh {
  readonly #selection: Selection
  readonly #context: Context
  readonly #proxies = new Map<string, WatchedProxy>()
  /** Why a proxy did not answer the last time, by its name. */
  readonly #failures = new Map<string, string>()
  /** Of looking up pods. */
  readonly #notes = new RepeatedNotes()
  /** Whether pods were looked up before. */
  #isBegun = false

  constructor(selection: Selection, context: Context) {
    this.#selection = selection
    this.#context = context
  }

  get size(): number {
    return this.#proxies.size
  }

  /** Finds out which proxies there are now. @returns those that are new and those that are gone, by name */
  async lookUp(): Promise<{ readonly started: readonly string[]; readonly gone: readonly string[] }> {
    const proxies = await this.#context.open(this.#selection, { incomplete: (why) => this.#incomplete(why) })
    this.#isBegun = true
    const found = new Map(proxies.map((proxy) => [nameOf(proxy), proxy]))
    const gone = [...this.#proxies.keys()].filter((name) => !found.has(name))
    for (const name of gone) {
      this.#proxies.delete(name)
      this.#failures.delete(name)
    }
    const started = [...found.keys()].filter((name) => !this.#proxies.has(name))
    for (const [name, proxy] of found) if (!this.#proxies.has(name)) this.#proxies.set(name, new WatchedProxy(proxy))
    return { started, gone }
  }

  async look(round: number): Promise<WatchEvent[]> {
    const events =
      round > 0 && (this.#failures.size > 0 || round % roundsBetweenLookups === 0) ? await this.#changes() : []
    const { io } = this.#context
    const { concurrency } = await this.#context.fleet()
    const seen = await atMost(concurrency, [...this.#proxies], async ([name, proxy]) =>
      (await this.#tried(name, proxy)).map((change): WatchEvent => ({ time: io.now(), proxy: name, ...change })),
    )
    return [...events, ...seen.flat()]
  }

  /** Pods that came and went. An API server that does not answer ends no watch: the proxies that are known are still read. */
  async #changes(): Promise<WatchEvent[]> {
    const { io } = this.#context
    this.#notes.endRound()
    try {
      const { started, gone } = await this.lookUp()
      const time = io.now()
      return [
        ...gone.map((proxy): WatchEvent => ({ time, proxy, code: 'proxy-gone', about: 'proxy', text: 'gone' })),
        ...started.map(
          (proxy): WatchEvent => ({ time, proxy, code: 'proxy-started', about: 'proxy', text: 'started' }),
        ),
      ]
    } catch (error) {
      if (!(error instanceof AppError) || io.signal.aborted) throw error
      this.#note(`pods could not be looked up: ${error.message}`)
      return []
    }
  }

  /** What is missing from the start on is missing from the answer as well; later a note tells it. */
  #incomplete(why: string): void {
    if (this.#isBegun) {
      this.#note(why)
      return
    }
    this.#notes.add(why)
    this.#context.note(why)
    this.#context.incomplete(why)
  }

  #note(text: string): void {
    if (this.#notes.add(text)) this.#context.note(`${this.#context.io.now().toISOString().slice(11, 19)}  ${text}`)
  }

  async #tried(name: string, proxy: WatchedProxy): Promise<SeenChange[]> {
    const { io } = this.#context
    try {
      const changes = await proxy.look(performance.now(), io.signal)
      return this.#failures.delete(name)
        ? [{ code: 'answers-again', about: 'proxy', text: 'answers again' }, ...changes]
        : changes
    } catch (error) {
      if (!(error instanceof AppError) || io.signal.aborted) throw error
      const isNew = this.#failures.get(name) === undefined
      this.#failures.set(name, error.message)
      return isNew ? [{ code: 'not-answering', about: 'proxy', text: `does not answer: ${error.message}` }] : []
    }
  }
}

function nameOf({ id }: MeshProxy): string {
  return id.name
}
