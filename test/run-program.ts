import { spawn } from 'node:child_process'
import { accessSync, appendFileSync, constants } from 'node:fs'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { pageTemplate as makeTemplate } from '../scripts/bundle/page-template.ts'
import { run } from '../src/cli/run.ts'
import type { IO } from '../src/contract/io.ts'
import { clockAt } from './clock.ts'
import { runInTerminal } from './terminal.ts'

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Surroundings {
  readonly stdin?: Uint8Array | string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly invokedAs?: string
  /** Whether stderr is a terminal. */
  readonly terminal?: boolean
  /** Columns of the terminal that stdout is; without them it is none. */
  readonly columns?: number
  /** Threads that the program can start; an executable has its own. */
  readonly threads?: NonNullable<IO['threads']>
  /** The program's clock. */
  readonly now?: Date
}

/** An executable to test in place of the sources: `npm run test:executable` names it, and a file that counts its starts. */
export const executable = process.env.PROXY_CONFIG_EXECUTABLE
// Without it each start would fail, and tests that wait for what a started program does would wait for ever.
if (executable !== undefined) accessSync(executable, constants.X_OK)
const starts = process.env.PROXY_CONFIG_STARTS

/** The words that start the program as a process: the executable, else Node with the sources. */
export const startWords: readonly [string, ...string[]] =
  executable === undefined
    ? [process.execPath, fileURLToPath(new URL('../src/main.ts', import.meta.url))]
    : [executable]

/** What a sweep over many runs looks at: all of it in this process, every 20th where each run starts an executable. */
export function sweepOf<T>(items: readonly T[]): T[] {
  return items.filter((_, index) => executable === undefined || index % 20 === 0)
}

let template: Promise<string> | undefined

/** The page of `report`, made of the sources once for all runs. */
function pageTemplate(): Promise<string> {
  template ??= makeTemplate(fileURLToPath(new URL('..', import.meta.url)))
  return template
}

const firstDay = new Date('2026-01-01T00:00:00Z')

/**
 * Runs the whole program and gives back what it printed: in this process, as `main.ts` does, or the executable that
 * PROXY_CONFIG_EXECUTABLE names. To that one stderr is no terminal.
 */
export async function runProgram(
  argv: readonly string[],
  {
    stdin,
    env = {},
    invokedAs = 'kubectl-proxy_config',
    terminal = false,
    columns,
    threads,
    now = firstDay,
  }: Surroundings = {},
): Promise<Outcome> {
  if (executable !== undefined) return await runExecutable(executable, argv, { stdin, env, invokedAs, columns, now })
  const printed = { out: '', err: '' }
  const code = await run(argv, {
    env,
    cwd: process.cwd(),
    invokedAs,
    async *stdin() {
      if (stdin !== undefined) yield Buffer.from(stdin)
    },
    stdinIsTTY: stdin === undefined,
    stderrIsTTY: terminal,
    stdoutColumns: columns,
    async write(piece) {
      printed.out += typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1')
      return true
    },
    warn(line) {
      printed.err += line
    },
    now: () => now,
    ...(threads === undefined ? {} : { threads }),
    pageTemplate,
    self: startWords,
    signal: new AbortController().signal,
  })
  return { code, ...printed }
}

interface Given {
  readonly stdin: Uint8Array | string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly invokedAs: string
  readonly columns: number | undefined
  readonly now: Date
}

async function runExecutable(
  program: string,
  argv: readonly string[],
  { stdin, env, invokedAs, columns, now }: Given,
): Promise<Outcome> {
  if (starts !== undefined) appendFileSync(starts, '.')
  if (columns !== undefined) return runInTerminal([program, ...argv], { columns, env: { ...env, ...clockAt(now) } })
  const child = spawn(program, argv, { argv0: invokedAs, env: { ...env, ...clockAt(now) }, stdio: 'pipe' })
  // Who needs no input may be gone before all of it is written.
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? -1))
  })
  const [bytes, err, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended])
  // Bytes of a file, not a text: as in this process, a character for each.
  return { code, out: bytes.toString(bytes.subarray(0, 4).toString() === 'PAR1' ? 'latin1' : 'utf8'), err }
}
