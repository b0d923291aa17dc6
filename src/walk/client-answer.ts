import { isObject, type JsonObject, numberOf, objectsOf } from '../envoy/json.ts'
import type { Connection } from '../semantics/connection.ts'
import type { RequestState } from '../semantics/filters/request-state.ts'
import { changedHeaders } from '../semantics/http/header-options.ts'
import { asGrpc, withDelayFlag } from '../semantics/http/local-reply.ts'
import type { HttpFilter } from '../semantics/http-filters/filters-of-route.ts'
import { formatString } from '../semantics/matching/format-string.ts'
import { type DecodedRequest, headersOf, withHeader } from '../semantics/matching/http-headers.ts'
import type { Outcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import {
  localResponse,
  policyFor,
  type ResponsePolicy,
  type ResponseTarget,
  redirectTarget,
  replacesResponses,
} from '../semantics/replies/custom-response.ts'
import { headersAdded, mappedReply } from '../semantics/replies/local-reply-config.ts'
import { type Reply, type ReplyFacts, withReply } from '../semantics/replies/reply.ts'
import { type HopDraft, note } from './hop-draft.ts'
import type { TraceState } from './trace-state.ts'

/** How far a request has come in a connection manager when it ends. */
export interface Progress {
  contentType?: string | undefined
  /** A filter holds the request back in any case. */
  delayed: boolean
  /** The request as the filters have left it; absent where it could not be read. */
  state?: RequestState
  /** The HTTP filters of its route, in order. */
  filters?: readonly HttpFilter[]
  /** How many of them have seen the request. */
  reached: number
}

/** An answer of Envoy's own on its way to the client. */
export interface Answering {
  readonly traceState: TraceState
  readonly hop: HopDraft
  readonly connection: Connection
  readonly connectionManager: JsonObject
  readonly progress: Progress
  /** Sends a request of Envoy's own through the filters and routes; undefined where no route takes it. */
  readonly fetch: (state: RequestState, why: { readonly filter: string; readonly uri: string }) => Outcome | undefined
}

/**
 * The outcome as the client gets it. Envoy's own answer first goes through `local_reply_config`; to a gRPC request it becomes a 200;
 * then custom_response filters, the last of the list first, can replace it. (FilterManager::sendLocalReply, CustomResponseFilter)
 */
export function answerClient(outcome: Outcome, answering: Answering): Outcome {
  const { hop, progress } = answering
  const ended = withDelayFlag(outcome, progress.delayed)
  if (!ended.status || ended.kind === 'upstream') return ended
  const answer = mapped(ended, { status: ended.status, changes: [], headers: [], conditions: [] }, answering)
  const replaced = replacedAnswer(ended, answer, answering)
  if (!(replaced instanceof Answer)) return replaced
  noteConditions(hop, replaced.reply)
  return replaced.outcome
}

/** An answer with what has been changed in it. */
class Answer {
  readonly outcome: Outcome
  readonly reply: Reply
  constructor(outcome: Outcome, reply: Reply) {
    this.outcome = outcome
    this.reply = reply
  }
}

/** The answer after `local_reply_config`, in gRPC's form where the client speaks that. */
function mapped(ended: Outcome, before: Reply, answering: Answering): Answer {
  const { connectionManager, progress } = answering
  const reply = mappedReply(before, connectionManager.local_reply_config, factsOf(ended, answering))
  const outcome = asGrpc(withReply({ ...ended, status: reply.status }, reply, ended.status ?? 0), progress.contentType)
  return new Answer(outcome, { ...reply, status: outcome.status ?? reply.status })
}

function replacedAnswer(ended: Outcome, answer: Answer, answering: Answering): Answer | Outcome {
  const { progress, connection } = answering
  const filters = progress.filters ?? []
  let { reply } = answer
  for (const [place, filter] of [...filters.entries()].toReversed()) {
    if (!replacesResponses(filter)) continue
    const seen = { status: reply.status, location: ended.location, headers: reply.headers }
    const policy = policyFor(filter, seen, { connection, request: progress.state?.request })
    if (policy === 'undecided') {
      const reason = because('custom-response-undecided', {})
      reply = { ...reply, conditions: [...reply.conditions, { filter: filter.name, reason }] }
      continue
    }
    if (policy?.kind === 'local') {
      const { location: _, grpc: __, ...rest } = ended
      return mapped({ ...rest, details: '' }, localResponse(policy, reply), answering)
    }
    // An answer that came before the request got to the filter is not replaced by another server's.
    const fetched =
      policy !== undefined && place < progress.reached ? fetchedResponse(policy, reply, ended, answering) : undefined
    if (fetched !== undefined) return fetched
  }
  return new Answer(answer.outcome, reply)
}

/**
 * The response that a RedirectPolicy gets with a request of Envoy's own, under the status that the policy sets, else the one of the
 * answer that it replaces; undefined where there is no route to it.
 */
function fetchedResponse(
  policy: ResponsePolicy,
  before: Reply,
  replaced: Outcome,
  { hop, progress, fetch }: Answering,
): Outcome | undefined {
  const { state } = progress
  const target = state && redirectTarget(policy, state.request)
  if (state === undefined || target === undefined) return undefined
  const { filter, config } = policy
  const uri = `${target.scheme}://${target.authority}${target.path}`
  const outcome = fetch({ ...state, request: redirected(state.request, target, config) }, { filter, uri })
  if (outcome === undefined) return undefined
  noteConditions(hop, before)
  if (outcome.kind === 'undecidable') return outcome
  const status = numberOf(config.status_code)
  const { flags, details } = replaced
  const change = because('response-fetched', { filter, uri, status, flags, details })
  const headers = [...(outcome.response?.headers ?? []), ...headersAdded(config.response_headers_to_add)]
  const reply = {
    status: status ?? before.status,
    changes: [...before.changes, change, ...(outcome.response?.changes ?? [])],
    body: outcome.response?.body,
    headers,
    conditions: [],
  }
  return withReply(outcome, reply, before.status)
}

/** The request for the other response: GET, with the headers that the policy adds. */
function redirected(
  request: DecodedRequest,
  { scheme, authority, path }: ResponseTarget,
  config: JsonObject,
): DecodedRequest {
  const levels = { request_headers_to_add: [...objectsOf(config.request_headers_to_add)] }
  const moved = withHeader(withHeader({ ...request, scheme }, ':path', path), ':authority', authority)
  const changed = changedHeaders(levels, 'request', moved.headers.values, (text) => formatString(text, moved, ''))
  const added = [...changed].reduce((current, [name, values]) => withHeader(current, name, values), moved)
  return { ...withHeader(withHeader(added, ':method', 'GET'), ':scheme', scheme), method: 'GET' }
}

function factsOf({ flags, reason }: Outcome, { traceState, connectionManager, progress }: Answering): ReplyFacts {
  const { http } = traceState.request
  const sent = { ':method': http?.method, ':path': http?.path, ':authority': http?.authority }
  return {
    flags: flags?.split(',') ?? [],
    // What could not be read has no headers.
    headers:
      progress.state?.request.headers ?? (flags === 'DPE' ? headersOf([], {}) : headersOf(http?.headers ?? [], sent)),
    known: progress.state?.known ?? traceState.request,
    runtime: traceState.index.runtime,
    chance: traceState.chance,
    isHealthCheck: reason.code === 'health-check-answered',
    traces: isObject(connectionManager.tracing),
  }
}

function noteConditions(hop: HopDraft, { conditions }: Reply): void {
  if (conditions.length > 0) note(hop, 'filters', { conditions })
}
