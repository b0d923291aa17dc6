import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TraceRequest } from '../../src/semantics/request.ts'
import { trace } from '../../src/walk/trace.ts'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { hasCorpus } from './corpus.ts'
import type { ModelledRequest } from './trace-questions.ts'
import { dumpAt, readLines } from './trace-vectors.ts'

/** One request as an independent model of Envoy's routing answers it. The model can be wrong. */
interface Modelled {
  readonly file: string
  readonly request: ModelledRequest
  readonly expected: {
    readonly listener: string
    readonly accept_listener?: string
    readonly transport: string
    readonly filter_chain: { readonly kind: string; readonly index: number | null }
    readonly route_config?: string
    readonly vhost?: string
    readonly route_index?: number
    readonly cluster?: string
    readonly endpoints?: string[] | null
    readonly code?: number
    readonly outcome: string
  }
}

test('agrees with the reference model on at least 99.5 % of its traces', async (t) => {
  if (!hasCorpus(t, 'vectors/traces.jsonl')) return
  const differences: string[] = []
  let compared = 0
  let denied = 0
  for (const modelled of readLines<Modelled>('vectors/traces.jsonl')) {
    const dump = await dumpAt(`dumps/${modelled.file}`)
    const { alternatives } = trace({ dump, request: requestOf(modelled) })
    compared++
    const found = difference(modelled, alternatives)
    if (deniedByFilter(alternatives)) denied++
    const { redirect, dst, dport, app } = modelled.request
    if (found !== undefined)
      differences.push(`${modelled.file} ${redirect ?? 'direct'} ${dst}:${dport} ${app}: ${found}`)
  }
  t.diagnostic(
    `${compared - differences.length} of ${compared} agree, ${denied} of them up to a filter that denies, which the model leaves out`,
  )
  for (const line of differences) t.diagnostic(line)
  assert.ok(differences.length <= compared * 0.005, `${differences.length} differences`)
})

function requestOf({ request }: Modelled): TraceRequest {
  const http = {
    method: 'GET',
    path: request.path,
    authority: request.host,
    headers: Object.entries(request.headers),
  }
  return {
    destination: { address: request.dst, port: request.dport },
    redirect: request.redirect,
    source: { address: request.src, port: request.sport },
    protocol: request.app === 'raw' ? 'tcp' : 'http1',
    // The model has no client certificates: whoever speaks TLS to it is trusted.
    tls: request.tls ? { sni: request.sni, alpn: request.alpn, certificate: {} } : undefined,
    http: request.app === 'raw' ? undefined : http,
    random: request.random,
  }
}

function deniedByFilter(alternatives: readonly Alternative[]): boolean {
  return alternatives.some(
    ({ outcome }) => outcome.kind === 'denied' && outcome.details?.startsWith('rbac_access_denied'),
  )
}

function difference({ expected }: Modelled, alternatives: readonly Alternative[]): string | undefined {
  const [only] = alternatives
  if (only === undefined) return 'no answer'
  const { outcome } = only
  const hop = only.hops[0]
  const mine: Record<string, unknown> = {
    accept_listener: hop?.acceptedBy ?? hop?.listener,
    listener: hop?.listener,
    transport: hop?.connection?.transport,
    filter_chain: hop?.filterChain === undefined ? 'none' : (hop.filterChainIndex ?? 'default'),
    route_config:
      hop?.routeConfigurationSource === undefined
        ? undefined
        : `${hop.routeConfigurationSource}:${hop.routeConfiguration}`,
    vhost: hop?.virtualHost,
    route_index: hop?.routeIndex,
    cluster: hop?.cluster,
    outcome: [outcome.kind, outcome.status ?? ''].join(' ').trim(),
    endpoints: [...(hop?.endpoints ?? []), ...(hop?.considered.endpoints ?? [])]
      .map(({ address }) => address.replace(/^envoy:\/\/([^/]*)\/.*/, 'internal:$1'))
      .sort()
      .join(' '),
  }
  const theirs: Record<string, unknown> = {
    accept_listener: expected.accept_listener,
    listener: expected.listener,
    transport: expected.transport,
    filter_chain: expected.filter_chain.kind === 'chain' ? expected.filter_chain.index : expected.filter_chain.kind,
    route_config: expected.route_config,
    vhost: expected.vhost,
    route_index: expected.route_index,
    cluster: expected.cluster,
    outcome: outcomes(expected).includes(String(mine.outcome)) ? mine.outcome : expected.outcome,
    endpoints: expected.endpoints?.map(bracketed).sort().join(' '),
  }
  if (deniedByFilter(alternatives)) {
    // Network RBAC closes the connection before a cluster is chosen, HTTP RBAC after.
    for (const field of ['outcome', 'endpoints', ...(hop?.protocol === 'http' ? [] : ['cluster'])]) delete theirs[field]
  }
  // A static cluster without any endpoint: the model does not resolve it (endpoints null), Envoy finds no host.
  if (expected.endpoints === null && outcome.kind === 'noHealthyUpstream') delete theirs.outcome
  if (expected.outcome === 'unsupported') delete theirs.filter_chain
  const wrong = Object.keys(theirs).filter((field) => theirs[field] !== undefined && mine[field] !== theirs[field])
  return wrong.length === 0
    ? undefined
    : wrong.map((field) => `${field} ${mine[field]}, model ${theirs[field]}`).join('; ')
}

/** The model writes IPv6 without brackets, and an internal address by its listener alone. */
function bracketed(endpoint: string): string {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(endpoint) ?? []
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : endpoint
}

/** The model's word for an outcome in this program's words. */
function outcomes({ outcome, code }: Modelled['expected']): string[] {
  if (outcome === 'upstream') return ['upstream', 'tcp']
  if (outcome === 'direct_response') return [`directResponse ${code}`]
  return (
    {
      not_http: ['denied 400'],
      404: ['noRoute 404'],
      tls_handshake_failure: ['denied'],
      closed_no_filter_chain: ['noFilterChain'],
      reset_no_healthy_upstream: ['noHealthyUpstream'],
      reset_no_cluster: ['noCluster'],
      '503_no_cluster': ['noCluster 503'],
      other_terminal: ['undecidable'],
      unsupported: ['undecidable', 'upstream', 'tcp', 'noFilterChain'],
    }[outcome] ?? []
  )
}
