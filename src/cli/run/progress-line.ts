import type { IO } from '../../contract/io.ts'
import type { FinishedRequest, Progress } from '../../fetch/progress.ts'
import { safeLine } from '../../output/text/safe-line.ts'

/** Milliseconds before the first line, and between two of them. */
const delayMs = 1000
const refreshMs = 200

/** A line that wraps could not be erased; the narrowest usual terminal has 80 columns. */
const longest = 79

const erase = '\r\u001b[K'

interface WatchedIO extends IO {
  readonly progress: Progress
  /** Takes the line away for good. */
  endProgress(): void
  /** From here on each request is a line on stderr. */
  logRequests(line: (request: FinishedRequest, now: Date) => string): void
}

/**
 * An IO that shows on stderr what goes on: the line makes room for every note, and is gone when data begins to flow.
 * @param signal ends what is under way
 */
export function withProgressLine(io: IO, signal: AbortSignal): WatchedIO {
  const { env, cwd, invokedAs, stdin, now, pageTemplate, self } = io
  let lineOfRequest: Parameters<WatchedIO['logRequests']>[0] | undefined
  const requested = (request: FinishedRequest) => {
    if (lineOfRequest === undefined) return
    hide()
    io.warn(`${safeLine(lineOfRequest(request, io.now()))}\n`)
  }
  const { progress, hide, end } = progressLine(io, requested)
  return {
    env,
    cwd,
    invokedAs,
    stdin,
    now,
    pageTemplate,
    self,
    signal,
    ...(io.threads === undefined ? {} : { threads: io.threads }),
    ...(io.untilInterrupted === undefined ? {} : { untilInterrupted: io.untilInterrupted }),
    // The streams behind these are made when they are first asked for.
    get stdinIsTTY() {
      return io.stdinIsTTY
    },
    get stderrIsTTY() {
      return io.stderrIsTTY
    },
    get stdoutColumns() {
      return io.stdoutColumns
    },
    progress,
    endProgress: end,
    logRequests(line) {
      lineOfRequest = line
    },
    warn(text) {
      hide()
      io.warn(text)
    },
    write(data) {
      end()
      return io.write(data)
    },
  }
}

interface Work {
  /** What is under way. */
  what: string
  /** How many of several are done; it goes before what is done with one of them. */
  count: string
  bytes: number
}

interface ProgressLine {
  readonly progress: Progress
  hide(): void
  end(): void
}

/** One line on stderr, drawn over itself, when work takes over a second and stderr is a terminal. */
function progressLine(io: IO, requested: Progress['requested']): ProgressLine {
  const work: Work = { what: '', count: '', bytes: 0 }
  let began: number | undefined
  let drawn = 0
  let visible = false
  let ended = false
  let timer: NodeJS.Timeout | undefined

  function show(): void {
    const now = io.now().getTime()
    if (began === undefined || ended || now - began < delayMs || now - drawn < refreshMs) return
    if (!io.stderrIsTTY || io.env.TERM === 'dumb') {
      end()
      return
    }
    drawn = now
    visible = true
    io.warn(erase + lineOf(work, now - began))
  }
  function changed(): void {
    if (ended) return
    // Work that waits has a timer; work that computes keeps the timer from firing, and comes by here.
    began ??= io.now().getTime()
    timer ??= setInterval(show, refreshMs).unref()
    show()
  }
  function hide(): void {
    if (visible) io.warn(erase)
    visible = false
  }
  function end(): void {
    ended = true
    clearInterval(timer)
    hide()
  }

  const progress: Progress = {
    doing(what) {
      work.what = what
      changed()
    },
    done(count, total, what, failed = 0) {
      const failures = failed === 0 ? '' : `, ${failed} failed`
      work.count = total > 1 ? `${what}: ${count} of ${total}${failures}` : ''
      changed()
    },
    received(bytes) {
      work.bytes += bytes
      changed()
    },
    announced(text) {
      hide()
      io.warn(`${safeLine(text)}\n`)
    },
    requested,
  }
  return { progress, hide, end }
}

function lineOf({ what, count, bytes }: Work, milliseconds: number): string {
  const size = bytes < 1e6 ? '' : `${Math.round(bytes / 1e6)} MB, `
  const tail = ` (${size}${Math.floor(milliseconds / 1000)} s)`
  const head = safeLine(count || what)
  return (head.length + tail.length > longest ? `${head.slice(0, longest - tail.length - 1)}…` : head) + tail
}
