import type { Finding } from '../join/finding.ts'
import type { Verification } from '../join/verification.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import type { LogTally } from '../tally/log-tally.ts'

/** A kind of failure with what the configuration and the pages of the proxy say of it. */
export interface ExplainedKind {
  readonly kind: FailureKind
  readonly findings: readonly Finding[]
  /** The next step: of the configuration where that knows a better one than the table does, in the words of its control plane. */
  readonly next: string
}

/** What is shown of a log. */
export interface ExplainedLog {
  readonly tally: LogTally
  /** The worst first. */
  readonly kinds: readonly ExplainedKind[]
  /** How its requests compare with traces of them, where that was asked for. */
  readonly verification: Verification | undefined
  readonly notes: readonly string[]
}
