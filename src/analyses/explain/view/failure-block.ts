import { countText } from '../../../envoy/text/count-text.ts'
import type { TextLine } from '../../../view.ts'
import { certaintyTexts, enderTexts } from '../knowledge/cause/cause.ts'
import type { Counts } from '../tally/counts.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import { severity } from '../tally/severity.ts'
import type { ExplainedKind } from './explained-log.ts'

/** The lines of one kind of failure: what and how often, why and caused by what, what shows it, what to do next. */
export function failureBlock({ kind, findings, next }: ExplainedKind, isOnly: boolean): TextLine[] {
  const { cause, otherFlags, unknown } = kind.diagnosis
  const [example] = kind.examples
  return [
    { text: [headline(kind), ...(isOnly ? [] : [occurrence(kind)])].join('  '), tone: severity(kind) },
    `  ${cause.meaning}.`,
    `  ended by   ${enderTexts[cause.by]} (${certaintyTexts[cause.sure]})`,
    ...otherFlags.map(({ meaning }) => `  besides    ${meaning}.`),
    ...unknown.map((what) => `  unknown    ${what}: not one of Envoy 1.36 to 1.40; a filter may have its own`),
    ...evidence(kind, isOnly),
    ...findings.map(({ text }) => `  found      ${text}`),
    ...(cause.fields.length === 0 ? [] : [`  governs    ${cause.fields.join(', ')}`]),
    `  next       ${nextStep(next, kind)}`,
    ...(example === undefined || isOnly ? [] : [`  example    ${shortened(example.text)}`]),
  ]
}

/** `503 UF,URX upstream_reset_before_response_started{connection_failure}  outbound|9080||pay` */
function headline({ key }: FailureKind): string {
  const { code, flags, detail, cluster, grpcStatus } = key
  const plain = detail === 'via_upstream' ? undefined : detail
  const what = [code === '0' ? undefined : code, flags, plain, grpcStatus && `grpc-status ${grpcStatus}`]
  const text = what.filter(Boolean).join(' ')
  return [text === '' ? 'connection' : text, cluster].filter(Boolean).join('  ')
}

function occurrence({ count, first, last }: FailureKind): string {
  const times = first === undefined ? '' : first === last ? `, at ${first}` : `, ${first} to ${last}`
  return `${countText(count, 'request')}${times}`
}

function evidence(kind: FailureKind, isOnly: boolean): string[] {
  const { hosts, routes, authorities, durations } = kind
  const longest = durations.quantile(1)
  const shortest = durations.quantile(0)
  const span =
    shortest === longest ? `${longest} ms` : `${shortest} to ${longest} ms, half within ${durations.quantile(0.5)}`
  return [
    ...counted('hosts', hosts, kind.count, isOnly),
    ...counted('routes', routes, kind.count, isOnly),
    ...counted('for', authorities, kind.count, isOnly),
    ...(longest === undefined ? [] : [`  took       ${span}`]),
  ]
}

/** The most frequent values, with their number unless all have the same one. */
function counted(label: string, counts: Counts, of: number, isOnly: boolean): string[] {
  if (counts.size === 0) return []
  const top = counts.top(3)
  const names = top.map(([value, count]) => (isOnly || count === of ? value : `${value} (${count})`))
  const more = counts.size - top.length
  return [`  ${label.padEnd(9)}  ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
}

/** The commands of a step name the cluster that the lines name. */
function nextStep(step: string, { key }: FailureKind): string {
  return key.cluster === undefined ? step : step.replaceAll('CLUSTER', `'${key.cluster}'`)
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
