import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { AppError } from '../../errors.ts'
import type { SqlReply, SqlRequest } from '../protocol.ts'
import { sqlWord } from '../sql-word.ts'

/**
 * The process that has the database. Node cannot interrupt SQLite while it computes: a statement is ended with its process, and this
 * one can go on.
 */
export class SqlConnection {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #replies: AsyncIterator<string>
  #errors = ''
  #left: number

  /**
   * @param words what starts this program
   * @param time milliseconds that replies may be waited for, together
   */
  constructor([program, ...words]: readonly [string, ...string[]], time: number) {
    // In a group of its own: Ctrl-C ends the reading of proxies early, and what has come is then asked.
    this.#child = spawn(program, [...words, sqlWord], {
      argv0: 'kubectl-proxy_config',
      stdio: 'pipe',
      detached: true,
      windowsHide: true,
    })
    this.#child.stdin.on('error', () => undefined)
    const failed = (text: string) => {
      this.#errors += text
    }
    this.#child.on('error', ({ message }) => failed(message))
    this.#child.stderr.setEncoding('utf8').on('data', failed)
    this.#child.stdout.setEncoding('utf8')
    this.#replies = linesOf(this.#child.stdout)
    this.#left = time
  }

  /** Sends a request; resolves when there is room for the next. */
  send(request: SqlRequest): Promise<void> {
    return this.sendEncoded(`${JSON.stringify(request)}\n`)
  }

  /** Sends requests that are lines of JSON already; resolves when there is room for the next. */
  async sendEncoded(lines: string | Uint8Array): Promise<void> {
    const { stdin } = this.#child
    if (stdin.write(lines) || stdin.destroyed) return
    await new Promise<void>((resolve) => {
      const done = () => {
        stdin.off('drain', done).off('close', done)
        resolve()
      }
      stdin.on('drain', done).on('close', done)
    })
  }

  /**
   * The next reply. A failure is given back as it came.
   * @throws AppError when the time is over, or the process was ended for its memory
   */
  async next(): Promise<SqlReply> {
    const started = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#left)
    })
    const reply = await Promise.race([this.#replies.next(), late])
    clearTimeout(timer)
    this.#left -= performance.now() - started
    if (reply === 'late') throw new AppError('the statement took too long, and was ended')
    if (reply.done !== true) return JSON.parse(reply.value) as SqlReply
    if (this.#errors === 'memory') throw new AppError('the statement took too much memory, and was ended')
    throw new AppError(`the process that has the database ended early: ${this.#errors.split('\n')[0] ?? ''}`)
  }

  /** Ends the process, whatever it does. */
  end(): void {
    this.#child.kill('SIGKILL')
  }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pieces: string[] = []
  for await (const chunk of chunks) {
    const [first = '', ...others] = chunk.split('\n')
    pieces.push(first)
    for (const other of others) {
      yield pieces.join('')
      pieces = [other]
    }
  }
}
