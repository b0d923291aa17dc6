import type { Step } from '../../../../envoy/control-plane/with-words.ts'
import type { Cause, Certainty, Ender, Source } from '../cause/cause.ts'

/** A value of `%RESPONSE_CODE_DETAILS%`. */
export interface CodeDetail extends Cause {
  readonly code: string
  /** What follows the code in a line is about this one request: `{…}`, `[…]`, `(…)`, or more words. */
  readonly isPrefix: boolean
}

/** Code, title, who, how sure, meaning, fields, next step. A code that ends in `*` begins the value. */
export type DetailRow = readonly [
  code: string,
  title: string,
  by: Ender,
  sure: Certainty,
  meaning: string,
  fields: readonly string[],
  next: Step,
]

/** Rows of one source. */
export function details(source: Source, rows: readonly DetailRow[]): readonly CodeDetail[] {
  return rows.map(([code, title, by, sure, meaning, fields, next]) => ({
    code: code.replace(/\*$/, ''),
    isPrefix: code.endsWith('*'),
    title,
    meaning,
    by,
    sure,
    fields,
    next,
    source,
  }))
}
