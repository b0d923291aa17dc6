import type { Progress } from '../fetch/progress.ts'
import { escapeControls } from '../output/escape.ts'
import type { IO } from './io.ts'

/** Milliseconds before the first line, and between two of them. */
const patience = 1000
const pace = 200

/** A line that wraps could not be erased; the narrowest usual terminal has 80 columns. */
const longest = 79

const erase = '\r\u001b[K'

interface WatchedIO extends IO {
  readonly progress: Progress
  /** Takes the line away for good. */
  endProgress(): void
}

/**
 * What goes on is shown on stderr when it takes over a second and stderr is a terminal: one line, which makes room for every
 * note, and is gone when data begins to flow.
 */
export function withProgressLine(io: IO): WatchedIO {
  const work = { what: '', count: '', bytes: 0 }
  let began: number | undefined
  let drawn = 0
  let visible = false
  let ended = false
  let timer: NodeJS.Timeout | undefined

  function show(): void {
    const now = io.now().getTime()
    if (began === undefined || ended || now - began < patience || now - drawn < pace) return
    if (!io.stderrIsTTY || io.env.TERM === 'dumb') {
      endProgress()
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
    timer ??= setInterval(show, pace).unref()
    show()
  }
  function hide(): void {
    if (visible) io.warn(erase)
    visible = false
  }
  function endProgress(): void {
    ended = true
    clearInterval(timer)
    hide()
  }

  return {
    ...settled(io),
    // The streams behind these are made when they are first asked for.
    get stdinIsTTY() {
      return io.stdinIsTTY
    },
    get stderrIsTTY() {
      return io.stderrIsTTY
    },
    progress: {
      doing(what) {
        work.what = what
        changed()
      },
      done(count, total, what) {
        work.count = total > 1 ? `${what}: ${count} of ${total}` : ''
        changed()
      },
      received(bytes) {
        work.bytes += bytes
        changed()
      },
    },
    endProgress,
    warn(text) {
      hide()
      io.warn(text)
    },
    write(text) {
      endProgress()
      return io.write(text)
    },
  }
}

function settled({ env, cwd, invokedAs, stdin, now, signal }: IO) {
  return { env, cwd, invokedAs, stdin, now, signal }
}

function lineOf(
  { what, count, bytes }: { readonly what: string; readonly count: string; readonly bytes: number },
  milliseconds: number,
): string {
  const size = bytes < 1e6 ? '' : `${Math.round(bytes / 1e6)} MB, `
  const tail = ` (${size}${Math.floor(milliseconds / 1000)} s)`
  const head = escapeControls(count || what)
  return (head.length + tail.length > longest ? `${head.slice(0, longest - tail.length - 1)}…` : head) + tail
}
