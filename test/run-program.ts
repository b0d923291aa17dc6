import { run } from '../src/cli/run.ts'

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
  /** The program's clock. */
  readonly now?: Date
}

/** Runs the whole program in this process, as `main.ts` does, and gives back what it printed. */
export async function runProgram(
  argv: readonly string[],
  { stdin, env = {}, invokedAs, terminal = false, now = new Date('2026-01-01T00:00:00Z') }: Surroundings = {},
): Promise<Outcome> {
  const printed = { out: '', err: '' }
  const code = await run(argv, {
    env,
    cwd: process.cwd(),
    invokedAs: invokedAs ?? 'kubectl-proxy_config',
    async *stdin() {
      if (stdin !== undefined) yield Buffer.from(stdin)
    },
    stdinIsTTY: stdin === undefined,
    stderrIsTTY: terminal,
    async write(text) {
      printed.out += text
      return true
    },
    warn(text) {
      printed.err += text
    },
    now: () => now,
    signal: new AbortController().signal,
  })
  return { code, ...printed }
}
