import { type Tone, type ViewColumn, type ViewRow, withTones } from '../../view.ts'
import type { AuthzAnswer } from './check-request.ts'

/** Of a filter, and of the whole. */
const verdictTones: ReadonlyMap<string, Tone> = new Map([
  ['denies', 'bad'],
  ['denied', 'bad'],
  ['undecided', 'warning'],
  ['not reached', 'warning'],
])

/** Columns of what filters say to a request. */
export const answerColumns: readonly ViewColumn[] = [
  { header: 'LISTENER', key: 'listener' },
  { header: 'FILTER CHAIN', key: 'filterChain' },
  { header: 'ROUTE', key: 'route', wide: true },
  { header: 'FILTER', key: 'filter' },
  { header: 'VERDICT', key: 'verdict' },
  { header: 'POLICY', key: 'policy', missing: '-' },
  { header: 'REASON', key: 'reason' },
]

/** Every filter's word on a request, and the outcome as last row. */
export function answerRows({ verdict, policy, reason, steps }: AuthzAnswer): ViewRow[] {
  return [
    ...steps.map((step) => ({
      name: step.filter,
      cells: [
        step.listener,
        step.filterChain,
        step.route,
        step.filter,
        step.verdict,
        step.policy,
        step.reason?.text ?? '',
      ],
      ...withTones({ verdict: verdictTones.get(step.verdict) }),
    })),
    {
      name: verdict,
      cells: ['RESULT', '', '', '', verdict, policy, reason.text],
      ...withTones({ verdict: verdictTones.get(verdict) }),
    },
  ]
}
