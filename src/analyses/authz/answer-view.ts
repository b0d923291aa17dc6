import type { View } from '../../view.ts'
import type { AuthzAnswer } from './check-request.ts'

/** Every filter's word on a request, and the outcome as last row. */
export function answerView(answer: AuthzAnswer): View {
  const { verdict, policy, reason, steps } = answer
  const document = () => ({ value: answer })
  return {
    kind: 'verdict',
    columns: [
      { header: 'LISTENER', key: 'listener' },
      { header: 'FILTER CHAIN', key: 'filterChain' },
      { header: 'FILTER', key: 'filter' },
      { header: 'VERDICT', key: 'verdict' },
      { header: 'POLICY', key: 'policy', missing: '-' },
      { header: 'REASON', key: 'reason' },
    ],
    rows: [
      ...steps.map((step) => ({
        name: step.filter,
        cells: [step.listener, step.filterChain, step.filter, step.verdict, step.policy, step.reason?.text ?? ''],
      })),
      { name: verdict, cells: ['RESULT', '', '', verdict, policy, reason.text] },
    ],
    document,
    raw: document,
    notes: [],
    empty: '',
  }
}
