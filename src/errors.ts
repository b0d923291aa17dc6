/** Exit codes of the program, documented in docs/output.md. */
export const exitCode = { ok: 0, failed: 1, interrupted: 130 } as const

/**
 * What went wrong, for whoever has to decide on it; the message is for people and never read back.
 * - `api-status`: the API server answered with a status that is no success; `unauthorized` is its 401
 * - `server-refused`, `server-unreachable`: the API server gave no answer
 * - `configuration`, `credentials`: kubeconfig and flags do not hold together; who the user is could not be proved
 * - `connection-refused`, `unreachable`, `timeout`, `cut-short`, `no-answer`: how a proxy or its pod failed to answer
 * - `too-large`, `out-of-memory`: more came than the limit allows
 * - `not-http`, `unexpected-answer`, `admin-status`: something answered, but not as Envoy does
 * - `no-section`: a dump has no section of what is asked for
 * - `certificate-required`: a server wants to see a certificate of the client
 * - `unauthenticated`: a control plane refuses who asks it over xDS
 * - `unwritable`: a file cannot be written
 * - `usage`: the command line is wrong
 */
export type ErrorCode =
  | 'admin-status'
  | 'api-status'
  | 'certificate-required'
  | 'configuration'
  | 'connection-refused'
  | 'credentials'
  | 'cut-short'
  | 'no-answer'
  | 'no-section'
  | 'not-http'
  | 'out-of-memory'
  | 'server-refused'
  | 'server-unreachable'
  | 'timeout'
  | 'too-large'
  | 'unauthenticated'
  | 'unauthorized'
  | 'unexpected-answer'
  | 'unreachable'
  | 'unwritable'
  | 'usage'

interface AppErrorOptions {
  /** The next step, on a line of its own; a list is a line each. */
  hint?: string | readonly string[] | undefined
  exitCode?: number
  cause?: unknown
  code?: ErrorCode | undefined
}

/** An error the user can act on: one line in kubectl's words, a hint, an exit code. Never printed with a stack. */
export class AppError extends Error {
  readonly hint: string | undefined
  /** Where the hint has its own line ends; one within a line came with what it quotes. */
  readonly hintLines: readonly string[]
  readonly exitCode: number
  /** Undefined where nothing has to tell it from other errors. */
  readonly code: ErrorCode | undefined

  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    const { hint = [] } = options
    this.hintLines = typeof hint === 'string' ? [hint] : hint
    this.hint = this.hintLines.length === 0 ? undefined : this.hintLines.join('\n')
    this.exitCode = options.exitCode ?? exitCode.failed
    this.code = options.code
  }
}

/** The command line is wrong. Printed with a pointer to the command's help, as kubectl does. */
export class UsageError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, { code: 'usage', ...options })
    this.name = 'UsageError'
  }
}
