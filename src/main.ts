import { basename } from 'node:path'
import type { IO } from './cli/io.ts'
import { run } from './cli/run.ts'

/** The edge of the program: the only place that touches the process. */
const interrupted = new AbortController()
let readerGone = false
let writeFailed = false

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  readerGone = true
  // Whoever read our output has what it wanted (`| head -1`).
  if (error.code === 'EPIPE') return
  process.stderr.write(
    `error: cannot write the output: ${error.code === 'ENOSPC' ? 'no space left on device' : error.message}\n`,
  )
  writeFailed = true
})

process.once('SIGINT', () => interrupted.abort())

const io: IO = {
  env: process.env,
  cwd: process.cwd(),
  invokedAs: basename(process.argv0),
  stdin: () => process.stdin,
  // Node makes a stream when it is first asked for one, which takes a millisecond or two each.
  get stdinIsTTY() {
    return process.stdin.isTTY ?? false
  },
  get stderrIsTTY() {
    return process.stderr.isTTY ?? false
  },
  async write(text) {
    if (readerGone) return false
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
    return !readerGone
  },
  warn: (text) => process.stderr.write(text),
  now: () => new Date(),
  signal: interrupted.signal,
}

// No top-level await: the bundle is CommonJS, which a single executable needs (nodejs/node#62726).
void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = writeFailed ? 1 : code
})
