import type { GatheredAnalysis } from '../../../contract/analysis.ts'
import { traceSchema } from './schemas.ts'
import { succeeds } from './succeeds.ts'
import { type TracedRequest, traceView } from './trace-view.ts'

interface Asked {
  /** Also what was considered and rejected. */
  readonly explain: boolean
  /** Whether how the request ends decides the exit code. */
  readonly isChecked: boolean
}

interface Traced {
  /** One request, in each proxy that it was followed through. */
  readonly traced: readonly TracedRequest[]
  readonly notes: readonly string[]
}

/** Where a request goes, and why. */
export const requestTrace: GatheredAnalysis<Asked, Traced, Traced> = {
  options: (args) => ({ explain: args.boolean('explain') === true, isChecked: args.boolean('exit-code') === true }),
  reduce: (traced) => traced,
  schema: traceSchema,
  view: ({ traced, notes }, { explain }) => traceView(traced, explain, notes),
  fails: ({ traced }, { isChecked }) => isChecked && !traced.every(({ trace }) => succeeds(trace)),
}
