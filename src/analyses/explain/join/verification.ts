import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { trace } from '../../../walk/trace.ts'
import type { Trace } from '../../../walk/trace-result.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import { detached } from '../tally/detached.ts'
import { type Agreement, agreement } from './agreement.ts'
import { requestOfLine } from './logged-trace.ts'

/** A request that the trace does not predict. */
export interface Disagreement {
  readonly text: string
  readonly agreement: Agreement
  /** The cluster and route that the trace says, as far as it says one. */
  readonly traced: string
}

/** How the requests of a log compare with traces of them. */
export interface Verification {
  add(line: LoggedRequest, text: string): void
  readonly compared: number
  readonly predicted: number
  /** Those that the line or the dump says too little of. */
  readonly untraceable: number
  readonly counts: ReadonlyMap<Agreement['kind'], number>
  /** The first of those that were not predicted and are no events. */
  readonly listed: readonly Disagreement[]
}

const maxListed = 100
/** Requests that are alike are traced once. */
const maxKept = 10_000

/** @param clusters parsed `clusters?format=json`, for the health of endpoints */
export function verification(dump: ConfigDump, traceOf: Tracer): Verification {
  const counts = new Map<Agreement['kind'], number>()
  const listed: Disagreement[] = []
  const found = { compared: 0, untraceable: 0 }
  return {
    add(line, text) {
      const traced = traceOf(line)
      if (traced === undefined) {
        found.untraceable += 1
        return
      }
      found.compared += 1
      const agreed = agreement(line, traced, dump)
      counts.set(agreed.kind, (counts.get(agreed.kind) ?? 0) + 1)
      const isListed = agreed.kind !== 'predicted' && agreed.kind !== 'event' && listed.length < maxListed
      if (isListed) listed.push({ text: detached(text), agreement: agreed, traced: wayText(traced) })
    },
    get compared() {
      return found.compared
    },
    get untraceable() {
      return found.untraceable
    },
    get predicted() {
      return counts.get('predicted') ?? 0
    },
    counts,
    listed,
  }
}

/** Traces the request of a line; undefined where the line says too little. */
export type Tracer = (line: LoggedRequest) => Trace | undefined

/** What a trace of a line is made from. */
export interface TracedWith {
  readonly dump: ConfigDump
  readonly clusters?: Parameters<typeof trace>[0]['clusters']
  readonly stats?: Parameters<typeof trace>[0]['stats']
}

/** A tracer that keeps what it found: a log has the same request many times. */
export function tracer(input: TracedWith): Tracer {
  const kept = new Map<string, Trace>()
  return (line) => {
    const request = requestOfLine(line, input.dump)
    if (request === undefined) return undefined
    const key = JSON.stringify({ ...request, source: request.source?.address })
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = trace({ ...input, request })
    if (kept.size < maxKept) kept.set(key, made)
    return made
  }
}

function wayText({ alternatives }: Trace): string {
  const ways = alternatives.map(({ hops, outcome }) => {
    const last = hops.at(-1)
    const ends = [outcome.status, outcome.flags].filter(Boolean).join(' ')
    return [last?.cluster ?? '-', last?.route ? `by route ${last.route}` : '', ends].filter(Boolean).join(' ')
  })
  return [...new Set(ways)].join(', or ')
}
