import type { GatheredAnalysis } from '../../../contract/analysis.ts'
import { casesSchema } from '../view/schemas.ts'
import { type CaseResult, casesView } from './cases-view.ts'
import type { Coverage } from './coverage.ts'

interface Asked {
  /** Whether routes that no request took are shown. */
  readonly coverage: boolean
  /** The share of routes in percent that requests have to take. */
  readonly failUnder: number | undefined
}

interface Checked {
  /** In the order of the file; those that were printed as they came are no longer among them. */
  readonly results: readonly CaseResult[]
  readonly tally: CaseTally
  /** Absent where nobody asked for it. */
  readonly coverage?: Coverage | undefined
}

interface Answer extends Checked {
  /** What was asked for in percent, where fewer routes were taken. */
  readonly missed?: number | undefined
}

/** Cases counted. */
export interface CaseTally {
  readonly total: number
  readonly failed: number
  readonly unreadable: number
}

/** No case so far. */
export const noCases: CaseTally = { total: 0, failed: 0, unreadable: 0 }

/** The sum with one case more. */
export function withCase({ total, failed, unreadable }: CaseTally, { failures, error }: CaseResult): CaseTally {
  return {
    total: total + 1,
    failed: failures.length > 0 ? failed + 1 : failed,
    unreadable: error === undefined ? unreadable : unreadable + 1,
  }
}

/** Whether the cases of a requests file hold, and how many of the routes they take. */
export const checkedCases: GatheredAnalysis<Asked, Checked, Answer> = {
  options: (args) => {
    const failUnder = args.number('fail-under')
    return { coverage: args.boolean('coverage') === true || failUnder !== undefined, failUnder }
  },
  reduce(checked, { failUnder }) {
    const { coverage } = checked
    const isMissed = coverage !== undefined && failUnder !== undefined && percent(coverage) < failUnder
    return { ...checked, missed: isMissed ? failUnder : undefined }
  },
  schema: casesSchema,
  view: ({ results }) => casesView(results),
  remarks: ({ tally, coverage, missed }) => [
    passedText(tally),
    ...(coverage === undefined ? [] : coverageTexts(coverage)),
    ...(missed === undefined ? [] : [`Fewer than ${missed} % of the routes were taken.`]),
  ],
  fails: ({ tally, missed }) => tally.failed > 0 || tally.unreadable > 0 || missed !== undefined,
}

function passedText({ total, failed, unreadable }: CaseTally): string {
  const unread = unreadable === 0 ? '' : `; ${unreadable} cannot be read`
  return `${total - failed - unreadable} of ${total} cases passed${unread}.`
}

function coverageTexts(coverage: Coverage): string[] {
  const { covered, total, missing } = coverage
  return [
    `${covered} of ${total} routes taken (${percent(coverage).toFixed(1)} %).`,
    ...missing.map((route) => `  not taken: ${route}`),
  ]
}

function percent({ covered, total }: Coverage): number {
  return total === 0 ? 100 : (covered / total) * 100
}
