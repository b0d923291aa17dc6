import type { Progress } from '../../progress.ts'

/** What this folder needs from the machine it runs on. The edge of the program gives it, tests invent it. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homedir: string
  /** Relative paths on the command line start here. */
  readonly cwd: string
  /** Whether a credential plugin may ask the user something on stdin. */
  readonly stdinIsTerminal: boolean
  /** Where the stderr of credential plugins goes, as it comes: device codes and log-in prompts must be seen. */
  writeStderr(text: string): void
  /** One line the user should know, without a trailing newline. */
  note(line: string): void
  readonly progress?: Progress | undefined
}
