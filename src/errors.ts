/** Exit codes of the program, documented in the README. */
export const exitCode = { ok: 0, failed: 1, interrupted: 130 } as const

interface AppErrorOptions {
  /** The next step for the user, printed on a line of its own; a list is a line each. */
  hint?: string | readonly string[] | undefined
  exitCode?: number
  cause?: unknown
}

/** An error the user can act on: one line of text in kubectl's words, a hint, an exit code. Never printed with a stack. */
export class AppError extends Error {
  readonly hint: string | undefined
  /** Where the hint has its own line ends; one within a line came with what it quotes. */
  readonly hintLines: readonly string[]
  readonly exitCode: number

  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    const { hint = [] } = options
    this.hintLines = typeof hint === 'string' ? [hint] : hint
    this.hint = this.hintLines.length === 0 ? undefined : this.hintLines.join('\n')
    this.exitCode = options.exitCode ?? exitCode.failed
  }
}

/** The command line is wrong. Printed with a pointer to the command's help, as kubectl does. */
export class UsageError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.name = 'UsageError'
  }
}
