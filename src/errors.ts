/** Exit codes of the program, documented in the README. */
export const exitCode = { ok: 0, failed: 1, interrupted: 130 } as const

interface AppErrorOptions {
  /** The next step for the user, printed on a line of its own. */
  hint?: string | undefined
  exitCode?: number
  cause?: unknown
}

/** An error the user can act on: one line of text in kubectl's words, a hint, an exit code. Never printed with a stack. */
export class AppError extends Error {
  readonly hint: string | undefined
  readonly exitCode: number

  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.hint = options.hint
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
