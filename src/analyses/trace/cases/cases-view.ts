import type { Tones, View } from '../../../view.ts'
import type { CheckFailure } from './router-check.ts'

/** A case of a requests file after its run. */
export interface CaseResult {
  readonly name: string
  readonly failures: readonly CheckFailure[]
  /** Which case cannot be read, and why. */
  readonly error?: string
  /** What the request came to, for `-o json` and `-o jsonl`. */
  readonly result: object
}

/** The cases of a requests file: which hold, and what does not about the others. */
export function casesView(results: readonly CaseResult[]): View {
  const document = () =>
    results.map(({ name, failures, error, result }) => ({
      name,
      passed: failures.length === 0 && error === undefined,
      failures,
      ...(error === undefined ? {} : { error }),
      ...result,
    }))
  return {
    kind: 'case',
    columns: [
      { header: 'CASE', key: 'case' },
      { header: 'RESULT', key: 'result' },
      { header: 'EXPECTED', key: 'expected' },
      { header: 'ACTUAL', key: 'actual' },
    ],
    rows: results.flatMap(rowsOf),
    document: () => ({ list: document() }),
    raw: () => ({ list: document() }),
    records: () => document().map((item) => ({ schema: 'proxy-config/v1', kind: 'case', ...item })),
    notes: [],
    empty: 'The requests file has no cases.',
  }
}

const failed: Tones = { result: 'bad' }

function rowsOf({ name, failures, error }: CaseResult): View['rows'] {
  if (error !== undefined) return [{ name, cells: [name, 'ERROR', undefined, error], tones: failed }]
  if (failures.length === 0) return [{ name, cells: [name, 'pass', undefined, undefined] }]
  return failures.map(({ field, expected, actual }) => ({
    name,
    cells: [name, 'FAIL', `${field} ${expected}`, actual],
    tones: failed,
  }))
}
