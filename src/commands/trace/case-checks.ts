import type { CaseResult } from '../../analyses/trace/cases/cases-view.ts'
import type { RouteCount } from '../../analyses/trace/cases/coverage.ts'
import type { Json } from '../../envoy/json.ts'

/** How the cases of a requests file are checked, in the format that they have. */
export interface CaseChecks {
  /** What a case comes to. @throws UsageError when it cannot be read */
  check(value: Json): Promise<Omit<CaseResult, 'name'>>
  readonly count: RouteCount
}
