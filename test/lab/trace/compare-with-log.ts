import assert from 'node:assert/strict'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { dumpAt, seed } from '../trace-mesh.lab.ts'
import type { LogLine } from './envoy.ts'

type Arrived = (name: string, request: TraceRequest, alternative: Alternative, line: LogLine) => void

export function compare(
  proxy: string,
  requests: ReadonlyMap<string, TraceRequest>,
  lines: ReadonlyMap<string, LogLine>,
  arrived: Arrived = () => undefined,
): string[] {
  return [...lines].flatMap(([name, line]) => {
    const request = requests.get(name)
    if (request === undefined) return []
    const found = difference(dumpAt(proxy), request, line, (alternative) => arrived(name, request, alternative, line))
    return found === undefined ? [] : [found]
  })
}

/** Where the trace and the log differ; undefined when one of the alternatives is what happened. */
export function difference(
  dump: ConfigDump,
  request: TraceRequest,
  line: LogLine,
  agreed: (alternative: Alternative) => void = () => undefined,
): string | undefined {
  const { alternatives } = trace({ dump, request })
  const faults = alternatives.map((alternative) => ({ alternative, fault: faultOf(alternative, line) }))
  const right = faults.find(({ fault }) => fault === undefined)
  if (right !== undefined) {
    agreed(right.alternative)
    return undefined
  }
  return `${JSON.stringify(request.http)} ${JSON.stringify(request.tls ?? '')}: ${faults.map(({ fault }) => fault).join(' | ')}`
}

/** How a connection that was forwarded came to its end is up to those at its ends: reset by the upstream, closed by either. */
const endings = new Set(['UR', 'UC', 'DR', 'DC'])

function faultOf({ hops, outcome }: Alternative, line: LogLine): string | undefined {
  const hop = hops.at(-1)
  const reached = outcome.kind === 'upstream' || outcome.kind === 'tcp'
  const endpoints = hop?.endpoints?.map(({ address }) => address) ?? []
  const mine = {
    route: hop?.route || null,
    cluster: outcome.kind === 'noCluster' ? null : (hop?.cluster ?? null),
    chain: hop?.filterChain === undefined || hop.filterChain.startsWith('#') ? line.chain : hop.filterChain,
    code: reached ? line.code : (outcome.status ?? 0),
    flags: outcome.kind === 'tcp' && endings.has(line.flags ?? '') ? line.flags : (outcome.flags ?? '-'),
    details: ['noFilterChain', 'tcp'].includes(outcome.kind) ? line.details : outcome.details,
    host: reached && endpoints.includes(line.host ?? '') ? line.host : reached ? endpoints.join(',') : null,
    location: outcome.location ?? null,
  }
  const wrong = (Object.keys(mine) as (keyof typeof mine)[]).filter((field) => mine[field] !== line[field])
  return wrong.length === 0
    ? undefined
    : wrong.map((field) => `${field} ${mine[field]}, Envoy ${line[field]}`).join('; ')
}

/** @param sent how many have to be in the log; undefined where some are known not to be */
export function report(
  t: { diagnostic(text: string): void },
  what: string,
  sent: number | undefined,
  seen: number,
  differences: string[],
) {
  t.diagnostic(`${seen - differences.length} of ${seen} ${what} agree (seed ${seed})`)
  assert.deepEqual(differences.slice(0, 5), [], `${differences.length} differ`)
  if (sent !== undefined) assert.equal(seen, sent, 'every request is in the log')
}
