import type { Json } from '../envoy/json.ts'
import type { CaseResult } from '../trace/cases-view.ts'
import type { RouteCount } from '../trace/coverage.ts'

/** How the cases of a requests file are checked, in the format that they have. */
export interface CaseChecks {
  /** What a case comes to. @throws UsageError when it cannot be read */
  check(value: Json): Promise<Omit<CaseResult, 'name'>>
  readonly count: RouteCount
}
