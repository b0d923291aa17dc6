import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ShellName, shells } from './shells.ts'

interface Surroundings {
  /** The working folder of the shell. */
  readonly cwd: string
  /** A folder for what the test keeps beside it. */
  readonly beside: string
  readonly env: Readonly<Record<string, string>>
  /** What the shell reads first, after what it needs for the test. */
  readonly script: string
}

/** How long a line is waited for, in milliseconds: a TAB asks the program, which has 2 seconds, through kubectl. */
const patience = 20_000

/** An interactive shell in a pseudo-terminal of its own (`script` of util-linux makes it), and what types into it. */
export class Terminal {
  readonly #child: ChildProcess
  readonly #lines: string
  readonly #beside: string
  #shown = ''
  #runs = 0

  constructor(name: ShellName, { cwd, beside, env, script }: Surroundings) {
    const { start, setUp } = shells[name]
    this.#beside = beside
    this.#lines = join(beside, 'lines')
    writeFileSync(this.#lines, '')
    const file = join(beside, 'rc')
    writeFileSync(file, `${setUp}\n${script}\n`)
    this.#child = spawn(
      'script',
      ['--quiet', '--flush', '--command', `stty rows 200 cols 200; ${start(file)}`, '/dev/null'],
      {
        cwd,
        env: { ...env, HOME: beside, TERM: 'xterm', LINES_FILE: this.#lines, SHELL: '/bin/sh' },
        stdio: 'pipe',
      },
    )
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#shown += text
    })
  }

  /** What the terminal was sent so far. */
  get shown(): string {
    return this.#shown
  }

  #type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /**
   * Types keys on an empty line, and empties it again. No line is run: that would take a new line.
   * @returns the line that they made
   */
  async line(keys: string): Promise<string> {
    const before = readFileSync(this.#lines, 'utf8').length
    this.#type(keys)
    await sleep(5)
    this.#type('\x07')
    const line = await this.#until(() => {
      const text = readFileSync(this.#lines, 'utf8').slice(before)
      return text.endsWith('\0') ? text.slice(0, -1) : undefined
    }, keys)
    this.#type('\x15')
    return line
  }

  /** Types keys and Enter; what the line writes to stdout. */
  async output(keys: string): Promise<string> {
    const file = join(this.#beside, `out-${this.#runs++}`)
    this.#type(`${keys} >${file}; echo >${file}.done\r`)
    return await this.#until(() => {
      try {
        readFileSync(`${file}.done`)
        return readFileSync(file, 'utf8')
      } catch {
        return undefined
      }
    }, keys)
  }

  async #until<T>(found: () => T | undefined, keys: string): Promise<T> {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(5)) {
      const value = found()
      if (value !== undefined) return value
    }
    throw new Error(
      `no answer to ${JSON.stringify(keys)}; the terminal shows ${JSON.stringify(this.#shown.slice(-2000))}`,
    )
  }

  close(): void {
    this.#child.kill('SIGKILL')
  }
}
