import { run } from '../../../src/cli/run.ts'
import type { Outcome } from '../../run-program.ts'

/**
 * Runs the program until so many lines were written; then nobody reads any more, as with `| head`.
 * @param interrupted the run is interrupted then, in place of that
 */
export async function readLines(
  argv: readonly string[],
  lines: number,
  interrupted = false,
  now = () => new Date('2026-01-01T00:00:00Z'),
): Promise<Outcome> {
  const printed = { out: '', err: '' }
  const interrupt = new AbortController()
  const code = await run(argv, {
    env: {},
    cwd: process.cwd(),
    invokedAs: 'kubectl-proxy_config',
    async *stdin() {},
    stdinIsTTY: true,
    stderrIsTTY: false,
    stdoutColumns: undefined,
    async write(piece) {
      printed.out += piece
      if (printed.out.split('\n').length <= lines) return true
      if (interrupted) interrupt.abort()
      return interrupted
    },
    warn(line) {
      printed.err += line
    },
    now,
    pageTemplate: async () => '',
    self: ['none'],
    // A run that is never given what it waits for ends all the same.
    signal: AbortSignal.any([interrupt.signal, AbortSignal.timeout(20_000)]),
  })
  return { code, ...printed }
}
