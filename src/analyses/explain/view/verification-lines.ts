import type { TextLine } from '../../../view.ts'
import type { Agreement } from '../join/agreement.ts'
import type { Disagreement, Verification } from '../join/verification.ts'

/** Why requests were not as predicted, in words. */
const words: Readonly<Record<Exclude<Agreement['kind'], 'predicted'>, string>> = {
  event: 'took the predicted way, and something at run time failed there',
  header: 'were routed by headers that the line does not hold',
  rewritten: 'have the host as it was rewritten',
  undecided: 'cannot be decided by a trace',
  differs: 'went another way: the configuration has changed since, or something decides that the line does not hold',
}

const kinds = ['event', 'header', 'rewritten', 'undecided', 'differs'] as const

/** How many requests of a log a trace predicts. */
export function agreementText({ compared, predicted }: Verification): string {
  return `${number(predicted)} of ${number(compared)} as predicted by a trace`
}

/** How the requests of a log compare with traces of them. */
export function verificationLines(verification: Verification): TextLine[] {
  const { untraceable, counts, listed } = verification
  return [
    agreementText(verification),
    ...kinds.flatMap((kind): TextLine[] => {
      const count = counts.get(kind) ?? 0
      if (count === 0) return []
      const text = `  ${number(count)} ${words[kind]}${headerNames(kind, listed)}`
      return [kind === 'differs' ? { text, tone: 'warning' } : text]
    }),
    ...(untraceable === 0 ? [] : [`  ${number(untraceable)} more cannot be traced: the line says too little`]),
    ...listed
      .filter(({ agreement }) => agreement.kind === 'differs' || agreement.kind === 'undecided')
      .flatMap(disagreementLines),
  ]
}

function headerNames(kind: Agreement['kind'], listed: readonly Disagreement[]): string {
  if (kind !== 'header') return ''
  const names = new Set(listed.flatMap(({ agreement }) => (agreement.kind === 'header' ? agreement.headers : [])))
  return `: ${[...names].toSorted().join(', ')}`
}

function disagreementLines({ text, traced }: Disagreement): TextLine[] {
  return ['', `  ${text.length > 400 ? `${text.slice(0, 400)}…` : text}`, `    traced: ${traced}`]
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
