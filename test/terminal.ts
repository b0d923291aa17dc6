import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Terminal {
  readonly columns: number
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** util-linux' program that runs another one in a pseudo-terminal. */
const script = '/usr/bin/script'

/** Whether there is a pseudo-terminal to run programs in; without it their tests are skipped. */
export const hasTerminal = existsSync(script) && process.platform === 'linux'

/** Runs a program in a pseudo-terminal of so many columns: stdin and stdout are the terminal, stderr is a file. */
export function runInTerminal(
  words: readonly string[],
  { columns, env = {} }: Terminal,
): { code: number; out: string; err: string } {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-terminal-'))
  const errors = join(folder, 'stderr')
  try {
    // -opost: the terminal leaves line ends alone.
    const line = `stty cols ${Number.isFinite(columns) ? columns : 0} rows 50 -opost; exec ${words.map(quoted).join(' ')} 2>${quoted(errors)}`
    const { status, stdout } = spawnSync(script, ['-qec', line, '/dev/null'], {
      env: { ...env, SHELL: '/bin/sh' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return { code: status ?? -1, out: stdout, err: readFileSync(errors, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
