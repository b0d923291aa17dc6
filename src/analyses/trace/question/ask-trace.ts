import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../../../envoy/json.ts'
import { annotationsOf } from '../../../semantics/connection/redirect-rules.ts'
import type { View } from '../../../view.ts'
import { resolveRequest } from '../../../walk/request/resolve-request.ts'
import { trace } from '../../../walk/trace.ts'
import { tokenOf } from '../../request-options/token-of.ts'
import { requestSpec } from '../../request-options/trace-options.ts'
import { followOn } from '../follow/follow-on.ts'
import { requireListeners } from '../require-listeners.ts'
import type { TracedRequest } from '../view/trace-view.ts'
import { requestTrace } from '../view/traced-request.ts'
import { type Question, QuestionArgs } from './question.ts'

/** A proxy that is asked, from what was saved of it. */
export interface AskedProxy {
  readonly label: string
  readonly dump: ConfigDump
  /** `clusters?format=json`, for the health of endpoints. */
  readonly clusters?: JsonObject | undefined
  /** Counters of updates, as `/stats?format=json`. */
  readonly stats?: Json | undefined
  /** The pod's, where they say more than the dump. */
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly now: Date
  readonly savedAt?: (() => Date | undefined) | undefined
}

/** Where a request goes, as far as one proxy knows. */
export interface TraceAnswer {
  /** The request; at other ports too, where the port of its URL can lead to several; and each in the proxies that it was followed to. */
  readonly traced: readonly [TracedRequest, ...TracedRequest[]]
  readonly view: View
  /** The host whose address the proxy does not know: the API server might. */
  readonly unknownHost: string | undefined
  /** The port of the URL, where it counts as that of a Service, which the API server might know. */
  readonly servicePort: number | undefined
}

/**
 * Follows a request through one proxy, as `trace --file` does: from what was saved, without a cluster.
 * @throws UsageError for a request that cannot be one; AppError for a dump without listeners
 */
export function askTrace(question: Question, proxy: AskedProxy): TraceAnswer {
  const args = new QuestionArgs(question)
  const { traced, notes, unknownHost, servicePort } = tracedThrough(question, args, proxy)
  return { traced, view: requestTrace.view({ traced, notes }, requestTrace.options(args)), unknownHost, servicePort }
}

/**
 * The same; with `--follow` on through the proxies that the request goes to, as `trace POD --follow` does.
 * @param proxyAt finds the proxy at an IP address; undefined where there is none
 */
export async function askTraceOn(
  question: Question,
  proxy: AskedProxy,
  proxyAt: (address: string) => Promise<AskedProxy | undefined>,
): Promise<TraceAnswer> {
  const args = new QuestionArgs(question)
  if (args.boolean('follow') !== true) return askTrace(question, proxy)
  const options = requestTrace.options(args)
  const { dump, now } = proxy
  const { traced, notes, unknownHost, servicePort } = tracedThrough(question, args, proxy)
  const on = (first: TracedRequest) => followOn({ first, dump, explain: options.explain, now, proxyAt })
  const [one, ...others] = traced
  const ways = [await on(one)]
  for (const other of others) ways.push(await on(other))
  const [first = one, ...next] = ways.flat()
  const all: TraceAnswer['traced'] = [first, ...next]
  return { traced: all, view: requestTrace.view({ traced: all, notes }, options), unknownHost, servicePort }
}

interface Traced extends Pick<TraceAnswer, 'traced' | 'unknownHost' | 'servicePort'> {
  readonly notes: readonly string[]
}

function tracedThrough(question: Question, args: QuestionArgs, proxy: AskedProxy): Traced {
  const { label, dump, clusters, stats, annotations, now, savedAt } = proxy
  requireListeners(dump, label)
  const options = requestTrace.options(args)
  const spec = { ...requestSpec(question.url, args), token: tokenOf(args, noFile) }
  const resolved = resolveRequest(spec, dump, { ...annotationsOf(dump), ...annotations })
  const { request, others, notes, unknownHost, servicePort } = resolved
  const through = (one: typeof request, otherPort?: number): TracedRequest => ({
    label,
    request: one,
    trace: trace({ dump, clusters, stats, request: one, explain: options.explain, now, savedAt }),
    otherPort,
  })
  const traced: TraceAnswer['traced'] = [through(request), ...others.map((one) => through(one, one.destination.port))]
  return { traced, notes: [...dump.notes, ...notes], unknownHost, servicePort }
}

function noFile(): never {
  throw new Error('a question names no file')
}
