import { failed } from '../diagnosis/failed.ts'
import type { LineFormat } from '../log/line-format.ts'
import type { LogReader } from '../log/log-reader.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import { clipped, detached } from './detached.ts'
import { Durations } from './durations.ts'
import { type FailureKind, kindOf, kindText } from './failure-kind.ts'

/** So many kinds of failures, and destinations, are kept apart; what comes later is only counted. */
const maxKinds = 1000
const maxTexts = 10_000
/** What is longer is not kept: a line of Envoy's has some hundred characters. */
const longestKept = 16_384

/** What a log holds, in memory that does not grow with its length. */
export interface LogTally {
  /** Takes the next line; the kind of failure that it is the first of, or undefined. */
  take(line: string): FailureKind | undefined
  /** A line that was too long to be read. */
  takeUnread(): void
  readonly requests: number
  readonly failures: number
  /** Lines that are none of an access log. */
  readonly passedBy: number
  /** Failures of kinds that were too many to be kept apart. */
  readonly uncounted: number
  /** Requests that were left out, since they are not what was asked for. */
  readonly filteredOut: number
  readonly kinds: readonly FailureKind[]
  readonly destinations: readonly Destination[]
  readonly formats: ReadonlySet<LineFormat>
  readonly first: string | undefined
  readonly last: string | undefined
}

/** Requests to one cluster by one route. */
export interface Destination {
  readonly cluster: string
  readonly route: string
  requests: number
  failures: number
  readonly durations: Durations
}

export interface TallyOptions {
  /** Which requests are looked at; all without it. */
  wanted?(line: LoggedRequest): boolean
  /** Is given each of them as well. */
  also?(line: LoggedRequest, text: string): void
}

export function logTally(reader: LogReader, options: TallyOptions = {}): LogTally {
  return new Tally(reader, options)
}

class Tally implements LogTally {
  readonly #reader: LogReader
  readonly #options: TallyOptions
  readonly #kinds = new Map<string, FailureKind>()
  readonly #kindByText = new Map<string, FailureKind>()
  readonly #destinations = new Map<string, Destination>()
  requests = 0
  failures = 0
  passedBy = 0
  uncounted = 0
  filteredOut = 0
  first: string | undefined
  last: string | undefined

  constructor(reader: LogReader, options: TallyOptions) {
    this.#reader = reader
    this.#options = options
  }

  take(text: string): FailureKind | undefined {
    if (text === '') return undefined
    const line = this.#reader.read(text)
    if (line === undefined) {
      this.passedBy += 1
      return undefined
    }
    if (this.#options.wanted?.(line) === false) {
      this.filteredOut += 1
      return undefined
    }
    this.#options.also?.(line, text)
    return this.#count(line, text)
  }

  takeUnread(): void {
    this.passedBy += 1
  }

  #count(line: LoggedRequest, text: string): FailureKind | undefined {
    this.requests += 1
    const time = line.get('time')
    if (time !== undefined) {
      this.first ??= detached(time)
      this.last = time
    }
    const isFailed = failed(line)
    this.#countDestination(line, isFailed)
    if (!isFailed) return undefined
    this.failures += 1
    const known = this.#kindByText.get(kindText(line))
    const kind = known ?? this.#kindFor(line)
    if (kind === undefined) {
      this.uncounted += 1
      return undefined
    }
    kind.add(line)
    if (kind.wantsExample && text.length < longestKept) {
      const own = detached(text)
      kind.keep({ line: this.#reader.read(own) ?? line, text: own })
    }
    return kind.count === 1 ? kind : undefined
  }

  #kindFor(line: LoggedRequest): FailureKind | undefined {
    const made = kindOf(line)
    // What is shown alike is one kind.
    const key = JSON.stringify([made.key, made.diagnosis.cause.title])
    const kind = this.#kinds.get(key) ?? (this.#kinds.size < maxKinds ? made : undefined)
    if (kind === undefined) return undefined
    this.#kinds.set(key, kind)
    const text = kindText(line)
    if (this.#kindByText.size < maxTexts && text.length < longestKept) this.#kindByText.set(detached(text), kind)
    return kind
  }

  #countDestination(line: LoggedRequest, isFailed: boolean): void {
    const cluster = clipped(line.get('cluster') ?? '')
    const route = clipped(line.get('route') ?? '')
    const key = `${cluster}\u0000${route}`
    let found = this.#destinations.get(key)
    if (found === undefined) {
      if (this.#destinations.size >= maxKinds) return
      found = {
        cluster: detached(cluster),
        route: detached(route),
        requests: 0,
        failures: 0,
        durations: new Durations(),
      }
      this.#destinations.set(detached(key), found)
    }
    found.requests += 1
    if (isFailed) found.failures += 1
    const duration = line.get('duration')
    if (duration !== undefined) found.durations.add(Number(duration))
  }

  get kinds(): readonly FailureKind[] {
    return [...this.#kinds.values()]
  }

  get destinations(): readonly Destination[] {
    return [...this.#destinations.values()]
  }

  get formats(): ReadonlySet<LineFormat> {
    return this.#reader.used
  }
}
