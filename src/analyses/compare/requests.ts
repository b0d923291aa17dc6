import type { Json } from '../../envoy/json.ts'
import type { Alternative, Trace } from '../../walk/trace-result.ts'
import type { Owner } from './identity/rules.ts'

/** A request that comes to something else on the other side. */
export interface RequestDifference {
  /** Its name in the file of requests, or its place. */
  readonly name: string
  readonly before: string
  readonly after: string
}

/** What a request comes to: where it goes or how it is answered, with the odds of each. */
export interface RequestResult {
  /** For people. */
  readonly text: string
  /** Equal where the request comes to the same; what belongs to the pod is not in it. */
  readonly key: string
}

/** What a trace comes to. Which route led there is no part of it: only what the client and the upstream see. */
export function requestResult({ alternatives }: Trace, { text }: Owner): RequestResult {
  const results = alternatives.map((one) => ({
    share: one.probability,
    text: resultText(one),
    key: text(resultKey(one)),
  }))
  const byKey = new Map<string, { share: number; readonly text: string }>()
  for (const { share, text: said, key } of results) {
    const known = byKey.get(JSON.stringify(key))
    if (known === undefined) byKey.set(JSON.stringify(key), { share, text: said })
    else known.share += share
  }
  const ordered = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    text: ordered
      .map(([, { share, text: said }]) => (share > 0.9995 ? said : `${said} ${Math.round(share * 1000) / 10} %`))
      .join(', '),
    key: JSON.stringify(ordered.map(([key, { share }]) => [key, Math.round(share * 10_000)])),
  }
}

/** The result of a request that cannot be traced at all: with the reason, so that the same one on both sides is no difference. */
export function untraceable(reason: string): RequestResult {
  return { text: reason, key: JSON.stringify(reason) }
}

function resultText({ hops, outcome }: Alternative): string {
  const { kind, status, location, details, reason, conditions } = outcome
  const cluster = hops.findLast((hop) => hop.cluster !== undefined)?.cluster
  const depends = conditions.length === 0 ? '' : ' (on conditions)'
  if (kind === 'upstream' || kind === 'tcp') return `${cluster ?? kind}${depends}`
  const answered = [status, location ?? details ?? reason.code].filter((part) => part !== undefined).join(' ')
  return `${answered}${cluster === undefined ? '' : ` at ${cluster}`}${depends}`
}

function resultKey({ hops, outcome }: Alternative): Json {
  const { kind, status = null, location = null, details = null, reason, conditions } = outcome
  const last = hops.at(-1)
  return [
    kind,
    status,
    location,
    kind === 'upstream' || kind === 'tcp' ? null : (details ?? reason.code),
    conditions.map((condition) => condition.reason.code).sort(),
    hops.map((hop) => hop.cluster ?? null),
    (last?.endpoints ?? []).map(({ address }) => address).sort(),
    last?.upstream?.path ?? null,
    last?.upstream?.authority ?? null,
  ]
}
