import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Caller } from './join/caller-findings.ts'
import type { Verification } from './join/verification.ts'
import type { LogTally } from './tally/log-tally.ts'
import { worstFirst } from './tally/severity.ts'
import { explainView } from './view/explain-view.ts'
import { explainedKind, type LoggingProxy } from './view/explained-kind.ts'
import type { ExplainedLog } from './view/explained-log.ts'
import { explainSchema } from './view/schemas.ts'

interface GatheredLog {
  readonly tally: LogTally
  /** Undefined where only the lines are known. */
  readonly proxy: LoggingProxy | undefined
  /** Other proxies that may send to the same hosts. */
  readonly callers: readonly Caller[]
  readonly verification: Verification | undefined
  readonly notes: readonly string[]
}

/** Why the requests of a log failed. */
export const logExplanation: GatheredAnalysis<{ readonly all: boolean }, GatheredLog, ExplainedLog> = {
  options: (args) => ({ all: args.boolean('all') === true }),
  reduce: ({ tally, proxy, callers, verification, notes }) => ({
    tally,
    verification,
    notes,
    kinds: worstFirst(tally.kinds).map((kind) => explainedKind(kind, proxy, callers)),
  }),
  schema: explainSchema,
  view: (log, { all }) => explainView(log, all),
}
