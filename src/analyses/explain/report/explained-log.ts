import type { FailureKind } from '../tally/failure-kind.ts'
import type { LogTally } from '../tally/log-tally.ts'

/** What is known of a kind of failure besides its lines. */
export interface Finding {
  /** A stable word for it. */
  readonly code: string
  /** One sentence. */
  readonly text: string
}

/** A kind of failure with what the configuration and the pages of the proxy say of it. */
export interface ExplainedKind {
  readonly kind: FailureKind
  readonly findings: readonly Finding[]
  /** The next step, where the configuration knows a better one than the table does. */
  readonly next?: string | undefined
}

/** What is shown of a log. */
export interface ExplainedLog {
  readonly tally: LogTally
  /** The worst first. */
  readonly kinds: readonly ExplainedKind[]
  /** Also list the destinations of requests where some failed. */
  readonly all: boolean
}
