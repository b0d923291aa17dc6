import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TraceRequest } from '../../src/semantics/request.ts'
import { trace } from '../../src/walk/trace.ts'
import type { Alternative, Trace } from '../../src/walk/trace-result.ts'
import { hasCorpus } from './corpus.ts'
import { dumpAt, readLines } from './trace-vectors.ts'

/** One request that a real Envoy answered. */
interface Answered {
  readonly dump: string
  readonly id: number
  readonly request: {
    readonly address: string
    readonly port: number
    readonly source_ip: string
    readonly transport: 'plain' | 'tls'
    readonly sni: string | null
    readonly alpn: string[] | null
    readonly protocol: 'http1' | 'http2' | 'tcp'
    readonly method: string
    readonly scheme: 'http' | 'https'
    readonly authority: string | null
    readonly path: string
    readonly headers: [string, string][]
    readonly http_version?: string
    readonly h2_protocol?: string
    readonly client_certificate?: boolean
  }
  readonly observed: {
    readonly listener: string
    readonly filter_chain: string
    readonly route_name: string | null
    readonly virtual_host: string | null
    readonly cluster: string | null
    readonly upstream_host: string | null
    readonly response_code: number
    readonly response_flags: string | null
    readonly response_code_details: string | null
    readonly location: string | null
    readonly upstream_path: string | null
    readonly upstream_authority: string | null
  }
  readonly random: boolean
  readonly undecidable: boolean
  readonly distribution?: {
    readonly n: number
    readonly routes: Record<string, number>
    readonly hosts?: Record<string, number>
  }
}

test('agrees with a real Envoy on every request that a dump decides', async (t) => {
  if (!hasCorpus(t, 'vectors/real-envoy/truth.jsonl')) return
  const differences: string[] = []
  let compared = 0
  for (const answered of readLines<Answered>('vectors/real-envoy/truth.jsonl')) {
    const traced = await traceOf(answered)
    if (answered.undecidable) {
      assert.ok(saysUndecided(traced), `${answered.dump} ${answered.id} does not name the filter that decides`)
      continue
    }
    compared++
    const found = answered.random ? distributionDifference(answered, traced) : difference(answered, traced.alternatives)
    if (found !== undefined) differences.push(`${answered.dump} ${answered.id} ${answered.request.path}: ${found}`)
  }
  t.diagnostic(`${compared - differences.length} of ${compared} decidable requests agree`)
  assert.deepEqual(differences, [])
})

test('agrees with a real Envoy on the smallest configuration of each cause', async (t) => {
  if (!hasCorpus(t, 'vectors/minimal/truth.jsonl')) return
  const wrong = new Map<string, string>()
  const causes = new Set<string>()
  for (const answered of readLines<Answered>('vectors/minimal/truth.jsonl')) {
    const cause = answered.dump.slice(0, 2)
    causes.add(cause)
    const traced = await traceOf(answered, 'vectors/minimal')
    const found = answered.random
      ? distributionDifference(answered, traced)
      : (difference(answered, traced.alternatives) ??
        (saysUndecided(traced) ? 'says undecided, Envoy decides' : undefined))
    if (found !== undefined) wrong.set(cause, `${answered.dump} ${answered.request.path}: ${found}`)
  }
  t.diagnostic(`${causes.size - wrong.size} of ${causes.size} causes agree`)
  assert.deepEqual([...wrong.values()], [])
})

async function traceOf({ dump: name, request: sent }: Answered, set = 'vectors/real-envoy'): Promise<Trace> {
  const dump = await dumpAt(`${set}/dumps/${name}.config_dump.json`)
  // The client's certificate is its own authority; only the listener on 10446 has another one as its root.
  const names = set === 'vectors/minimal' ? { uriSans: ['spiffe://td/ns/a/sa/client'] } : {}
  const certificate = sent.client_certificate ? { certificate: { trusted: sent.port !== 10446, ...names } } : {}
  const tls =
    sent.transport === 'tls' ? { sni: sent.sni ?? undefined, alpn: sent.alpn ?? [], ...certificate } : undefined
  const request: TraceRequest = {
    destination: { address: sent.address, port: sent.port },
    source: { address: sent.source_ip, port: 40000 },
    protocol: sent.protocol,
    tls,
    http: {
      method: sent.method,
      path: sent.path === '' ? undefined : sent.path,
      authority: sent.authority ?? undefined,
      scheme: sent.scheme,
      headers: sent.headers,
      version: sent.http_version === 'HTTP/1.0' ? '1.0' : '1.1',
      extendedConnect: sent.h2_protocol,
    },
  }
  return trace({ dump, request })
}

function difference({ observed, request }: Answered, alternatives: readonly Alternative[]): string | undefined {
  const [only] = alternatives
  if (alternatives.length !== 1 || only === undefined) return `${alternatives.length} alternatives`
  const { outcome, hops } = only
  const hop = hops[0]
  const reached = outcome.kind === 'upstream' || outcome.kind === 'tcp'
  const mine = {
    listener: hop?.listener,
    filterChain: hop?.filterChain,
    route: hop?.route ?? null,
    virtualHost: hop?.route === undefined ? null : (hop.virtualHost ?? null),
    cluster: hop?.cluster ?? null,
    host: reached ? (hop?.endpoints?.[0]?.address ?? null) : null,
    status: reached ? 'upstream' : (outcome.status ?? 0),
    flags: reached ? null : (outcome.flags ?? null),
    details: reached || observed.response_code_details === null ? null : (outcome.details ?? null),
    location: outcome.location ?? null,
    path: reached && observed.upstream_path !== null ? (hop?.upstream?.path ?? observed.upstream_path) : null,
    authority: reached && observed.upstream_authority !== null ? (hop?.upstream?.authority ?? null) : null,
  }
  const theirs = {
    listener: observed.listener,
    filterChain: observed.filter_chain,
    route: observed.route_name,
    virtualHost: observed.virtual_host,
    cluster: observed.cluster,
    host: observed.upstream_host,
    status: observed.upstream_host === null ? observed.response_code : 'upstream',
    flags: observed.upstream_host === null ? observed.response_flags : null,
    details: observed.upstream_host === null ? observed.response_code_details : null,
    location: observed.location,
    path: request.method === 'CONNECT' ? (reached ? observed.upstream_path : null) : observed.upstream_path,
    authority: observed.upstream_authority,
  }
  const fields = Object.keys(mine) as (keyof typeof mine)[]
  const wrong = fields.filter((field) => mine[field] !== theirs[field])
  return wrong.length === 0
    ? undefined
    : wrong.map((field) => `${field} ${mine[field]}, Envoy ${theirs[field]}`).join('; ')
}

/** Counts of n draws against the stated odds: within four standard deviations. */
function distributionDifference({ distribution }: Answered, { alternatives }: Trace): string | undefined {
  const { n = 0, routes = {}, hosts } = distribution ?? {}
  const byRoute = alternatives.map(({ probability, hops }) => [hops[0]?.route ?? '', probability] as const)
  const byHost = alternatives.flatMap(({ probability, hops, outcome }) =>
    outcome.kind === 'upstream'
      ? (hops[0]?.endpoints ?? []).map((choice) => [choice.address, probability * choice.probability] as const)
      : [['None', probability] as const],
  )
  return offBy(n, routes, byRoute) ?? (hosts === undefined ? undefined : offBy(n, hosts, byHost))
}

function offBy(n: number, counted: Record<string, number>, odds: readonly (readonly [string, number])[]) {
  for (const name of new Set([...Object.keys(counted), ...odds.map(([name]) => name)])) {
    const stated = odds.filter(([one]) => one === name).reduce((sum, [, probability]) => sum + probability, 0)
    const deviation = 4 * Math.sqrt(n * Math.max(0, stated * (1 - stated))) + 1e-6 * n
    if (Math.abs((counted[name] ?? 0) - n * stated) > deviation)
      return `${name}: stated ${stated}, counted ${counted[name] ?? 0} of ${n}`
  }
  return undefined
}

function saysUndecided({ alternatives }: Trace): boolean {
  return alternatives.every(
    ({ hops, outcome }) =>
      outcome.kind === 'undecidable' ||
      hops.some(({ filters }) => filters?.some(({ verdict }) => verdict === 'undecided')),
  )
}
