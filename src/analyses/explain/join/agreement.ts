import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import type { Alternative, Hop, Trace } from '../../../walk/trace-result.ts'
import { flagsOf } from '../knowledge/response-flags.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import { headersOfHop, routesOfName } from './routes-of-name.ts'

/** Whether a trace says of a request what its line says, and why it may not. */
export type Agreement =
  | { readonly kind: 'predicted' }
  /** The same way; that it failed there is an event at run time, such as a client that went away. */
  | { readonly kind: 'event' }
  /** Headers that the line does not hold decide. */
  | { readonly kind: 'header'; readonly headers: readonly string[] }
  /** The line has the host as it was rewritten, or the path as it was normalized before it was refused. */
  | { readonly kind: 'rewritten' }
  /** The trace cannot decide. */
  | { readonly kind: 'undecided' }
  /** Another way, or another end: the configuration has changed since, or the model is wrong. */
  | { readonly kind: 'differs' }

/** Compares a line with a trace of its request. The line decides: what it does not hold is not compared. */
export function agreement(line: LoggedRequest, { alternatives }: Trace, dump: ConfigDump): Agreement {
  const same = alternatives.filter((alternative) => isSameWay(line, alternative))
  if (same.some((alternative) => isSameEnd(line, alternative))) return { kind: 'predicted' }
  if (line.get('details') === 'path_normalization_failed') return { kind: 'rewritten' }
  if (same.some(({ outcome }) => sendsOn(outcome.kind)) && isEvent(line)) return { kind: 'event' }
  if (same.length > 0 && mainFlags(line.get('flags')).some((flag) => statesOfProxy.has(flag))) return { kind: 'event' }
  const missing = missingHeaders(line, alternatives, dump)
  if (missing.length > 0) return { kind: 'header', headers: missing }
  if (isWithoutTransport(line, alternatives)) return { kind: 'undecided' }
  if (isRewritten(line, alternatives, dump)) return { kind: 'rewritten' }
  if (alternatives.some(({ outcome }) => outcome.kind === 'undecidable' || outcome.conditions.length > 0))
    return { kind: 'undecided' }
  return { kind: 'differs' }
}

/** The proxy itself drains, or is short of a resource: no configuration says when. */
const statesOfProxy: ReadonlySet<string> = new Set(['LH', 'OM'])

/** By route and cluster, as far as the line has them; a name of a route says nothing where it has none. */
function isSameWay(line: LoggedRequest, { hops, outcome }: Alternative): boolean {
  const last = hops.at(-1)
  const cluster = line.get('cluster')
  // A TCP proxy has chosen its cluster by the time that a filter before it denies the connection's first bytes.
  const isDeniedFirst = outcome.kind === 'denied' && last?.cluster === undefined
  if (cluster !== undefined && last?.cluster !== cluster && !isDeniedFirst) return false
  if (cluster === undefined && line.has('cluster') && sendsOn(outcome.kind)) return false
  const route = line.get('route')
  return !line.has('route') || last?.protocol !== 'http' || (last.route ?? '') === (route ?? '')
}

/** Whether the request leaves the proxy. */
function sendsOn(kind: Alternative['outcome']['kind']): boolean {
  return kind === 'upstream' || kind === 'tcp'
}

function isSameEnd(line: LoggedRequest, { outcome }: Alternative): boolean {
  const code = line.get('code')
  const flags = mainFlags(line.get('flags'))
  if (sendsOn(outcome.kind)) return flags.length === 0 && !isAnsweredHere(line)
  if (outcome.kind === 'undecidable') return false
  if (outcome.kind === 'denied' && outcome.status === undefined) return line.get('termination') !== undefined
  const wanted = mainFlags(outcome.flags)
  return (
    (outcome.status === undefined || code === undefined || code === String(outcome.status)) &&
    wanted.every((flag) => flags.includes(flag))
  )
}

/** The details say that a filter or a route answered, and not the server. */
function isAnsweredHere(line: LoggedRequest): boolean {
  const details = line.get('details')
  return details !== undefined && details !== 'via_upstream'
}

/** What happens to a request that the configuration sends on: with a flag, or refused by a filter that asks others. */
function isEvent(line: LoggedRequest): boolean {
  return mainFlags(line.get('flags')).length > 0 || isAnsweredHere(line)
}

function mainFlags(value: string | undefined): string[] {
  return flagsOf(value)
    .filter(({ isAside }) => isAside !== true)
    .map(({ flag }) => flag)
}

/** Headers that the logged route asks for, or the traced one, of which the line says nothing: there a trace takes them for absent. */
function missingHeaders(line: LoggedRequest, alternatives: readonly Alternative[], dump: ConfigDump): string[] {
  const known = new Set([...line.headers.map(([name]) => name), 'user-agent', ':method', ':path', ':authority', 'host'])
  const asked = [
    ...candidates(line, alternatives, dump).flatMap(({ headers }) => headers),
    ...alternatives.flatMap(({ hops }) => hops.flatMap((hop) => headersOfHop(hop, dump))),
  ]
  return [...new Set(asked)].filter((name) => !known.has(name)).toSorted()
}

/** Without the local address a line does not say whether it came over TLS, nor with which server name: no filter chain can be chosen. */
function isWithoutTransport(line: LoggedRequest, alternatives: readonly Alternative[]): boolean {
  const isChosen = alternatives.some(({ outcome }) => outcome.kind !== 'noFilterChain')
  return !isChosen && !line.has('downstreamLocal') && !line.has('sni')
}

function isRewritten(line: LoggedRequest, alternatives: readonly Alternative[], dump: ConfigDump): boolean {
  return candidates(line, alternatives, dump).some(({ rewritesHost }) => rewritesHost)
}

function candidates(line: LoggedRequest, alternatives: readonly Alternative[], dump: ConfigDump) {
  const tables = new Set(alternatives.flatMap(({ hops }) => hops.map(tableOf)).filter((name) => name !== undefined))
  const found = [...tables].flatMap((name) => routesOfName(name, line.get('route') ?? '', dump))
  const cluster = line.get('cluster')
  return found.filter(({ clusters }) => cluster === undefined || clusters.length === 0 || clusters.includes(cluster))
}

function tableOf({ routeConfiguration }: Hop): string | undefined {
  return routeConfiguration
}
