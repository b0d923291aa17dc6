import { fstatSync } from 'node:fs'
import { basename } from 'node:path'
import { report, reportUnfinished, run } from './cli/run.ts'
import type { IO } from './contract/io.ts'
import { AppError } from './errors.ts'

/**
 * The edge of the program: the only place that touches the process.
 *
 * No signal has a handler, but while a capture is written or many proxies are read: nothing has to be tidied up, a handler in JavaScript
 * would wait until a parse of seconds is over, and the system ends the process at once. A shell then sees 130 for Ctrl-C, 143 for
 * SIGTERM, 129 for SIGHUP.
 */
let readerGone = false
let writeFailed = false
let warned = false
let done = false

/** What ends a process, with the number that a shell adds to 128. */
const endings = [['SIGINT', 2] as const, ['SIGTERM', 15] as const, ['SIGHUP', 1] as const]

// Success is what was seen to succeed: whatever ends the process before `run` is done has failed.
process.exitCode = 1

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  readerGone = true
  // Whoever read our output has what it wanted (`| head -1`).
  if (error.code === 'EPIPE') return
  process.stderr.write(
    `error: cannot write the output: ${error.code === 'ENOSPC' ? 'no space left on device' : error.message}\n`,
  )
  writeFailed = true
})

// It would switch off the check of every certificate, of a log-in at an identity provider as well: --insecure-skip-tls-verify says
// for which connection. Credential plugins still get the variable.
const untrusting = 'NODE_TLS_REJECT_UNAUTHORIZED'
const env = process.env[untrusting] === undefined ? process.env : { ...process.env }
delete process.env[untrusting]

const io: IO = {
  env,
  cwd: workingFolder(),
  invokedAs: basename(process.argv0),
  stdin() {
    // Node reads a folder as an empty file here, and only here.
    if (fstatSync(0).isDirectory())
      throw new AppError('standard input is a directory, not a file', { hint: 'Name a file in it: --file FILE' })
    return process.stdin
  },
  // Node makes a stream when it is first asked for one, which takes a millisecond or two each.
  get stdinIsTTY() {
    return process.stdin.isTTY ?? false
  },
  get stderrIsTTY() {
    return process.stderr.isTTY ?? false
  },
  get stdoutColumns() {
    const { isTTY, columns } = process.stdout
    return isTTY ? columns || Number.POSITIVE_INFINITY : undefined
  },
  async write(data) {
    if (readerGone) return false
    await new Promise<void>((resolve) => process.stdout.write(data, () => resolve()))
    return !readerGone
  },
  warn(text) {
    // With nobody to read them, notes and errors are lost; the exit code is not.
    if (!warned) process.stderr.on('error', () => undefined)
    warned = true
    process.stderr.write(text)
  },
  now: () => new Date(),
  threads: async () => (await import('./cli/threads/node-threads.ts')).nodeThreads(import.meta.url),
  pageTemplate: async () =>
    (await import('./cli/run/page-template.ts')).pageTemplate(import.meta.url, process.execPath),
  get self(): IO['self'] {
    const [, script] = process.argv
    const { isSea } = process.getBuiltinModule('node:sea')
    return script === undefined || isSea() ? [process.execPath] : [process.execPath, script]
  },
  signal: new AbortController().signal,
  untilInterrupted(over) {
    const stop = new AbortController()
    over?.addEventListener('abort', leaveSignals)
    for (const [signal, number] of endings) {
      process.removeAllListeners(signal)
      process.once(signal, () => {
        stop.abort()
        process.on(signal, () => process.exit(128 + number))
      })
    }
    return stop.signal
  },
}

/** Where relative paths begin. A folder that was removed has no path any more; the one it had leads to nothing, as it should. */
function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    return process.env.PWD ?? '/proc/self/cwd'
  }
}

/** Ends the process when all that was said is written, whatever connection or timer is still there. */
function end(code: number): void {
  if (done) return
  done = true
  const status = writeFailed ? 1 : code
  if (warned) process.stderr.write('', () => process.exit(status))
  else process.exit(status)
}

/** Leaves signals to the system. To the first process of a container its default is to ignore them. */
function leaveSignals(): void {
  for (const [signal, number] of endings) {
    process.removeAllListeners(signal)
    if (process.pid === 1) process.on(signal, () => process.exit(128 + number))
  }
}
leaveSignals()

// Thrown where no caller is left to catch it, in a callback of a socket for example.
process.on('uncaughtException', (error) => {
  if (!done) end(report(error, io))
})
process.on('beforeExit', () => {
  if (!done) end(reportUnfinished(io))
})

// No top-level await: the bundle is CommonJS, which a single executable needs (nodejs/node#62726).
void run(process.argv.slice(2), io).then(end)
