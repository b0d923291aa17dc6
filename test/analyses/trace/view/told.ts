import { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'

type Trace = Parameters<typeof renderText>[1]
export type Alternative = Trace['alternatives'][number]
export type Hop = Alternative['hops'][number]
export type Outcome = Alternative['outcome']

/** A hop of which nothing is known but its listener. */
export const hopOf = (more: Partial<Hop> = {}): Hop => ({
  listener: 'L',
  objects: {},
  reasons: {},
  considered: {},
  ...more,
})
/** The condition of a filter that is not known. */
export const undecided = (filter: string) =>
  ({ filter, reason: { code: 'filter-unknown', args: { type: 't' } } }) as const
/** The end of a request at a route whose action says nothing. */
export const outcomeOf = (more: Partial<Outcome> = {}): Outcome => ({
  kind: 'noRoute',
  probability: 1,
  reason: { code: 'route-action-unknown', args: {} },
  conditions: [],
  ...more,
})
/** One way of a request, which ends there. */
export const alternativeOf = (hops: readonly Hop[], outcome: Partial<Outcome> = {}, probability = 1): Alternative => ({
  probability,
  hops,
  outcome: outcomeOf(outcome),
})

export const request: TraceRequest = {
  destination: { address: '10.0.0.1', port: 80 },
  protocol: 'http1',
  http: { method: 'GET', authority: 'shop', path: '/', headers: [] },
}

/** The lines of a trace below the request, without their tones. */
export function told(alternatives: readonly Alternative[], options: Parameters<typeof renderText>[2] = {}): string[] {
  return renderText(request, { alternatives }, options)
    .slice(2)
    .map((line) => (typeof line === 'string' ? line : line.text))
}
