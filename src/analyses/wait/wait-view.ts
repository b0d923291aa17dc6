import type { AnswerSchema } from '../../schema/answer-schema.ts'
import type { View, ViewColumn } from '../../view.ts'
import type { Verdict } from './wait-condition.ts'

const columns: readonly ViewColumn[] = [
  { header: 'PROXY', key: 'proxy' },
  { header: 'MET', key: 'met', types: ['boolean'] },
  { header: 'REASON', key: 'reason' },
]

/** `wait`: whether the condition holds, for each proxy. */
export const waitSchema: AnswerSchema = {
  name: 'wait',
  title: 'Whether a condition holds for a proxy (wait)',
  kind: 'proxy',
  columns: [columns],
}

/** What is known of each proxy, by its name. */
export type Verdicts = ReadonlyMap<string, Verdict>

export function waitView(verdicts: Verdicts): View {
  const document = () => ({ value: [...verdicts].map(([proxy, verdict]) => ({ proxy, ...verdict })) })
  return {
    kind: waitSchema.kind,
    columns,
    rows: [...verdicts].map(([proxy, { met, reason }]) => ({
      name: proxy,
      cells: [proxy, met, reason],
      ...(met ? {} : { tones: { met: 'bad' as const } }),
    })),
    document,
    raw: document,
    notes: [],
    empty: 'No proxies.',
  }
}
