import { tokenOf } from '../../analyses/request-options/token-of.ts'
import { refuseIdleFlags, requestSpec } from '../../analyses/request-options/trace-options.ts'
import { entersMesh } from '../../analyses/trace/follow/follow.ts'
import { requireListeners } from '../../analyses/trace/require-listeners.ts'
import type { TracedRequest } from '../../analyses/trace/view/trace-view.ts'
import { requestTrace } from '../../analyses/trace/view/traced-request.ts'
import type { Args, Context } from '../../contract/command.ts'
import { pageFormat } from '../../contract/output-options.ts'
import { UsageError } from '../../errors.ts'
import { readOnce } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { TraceRequest } from '../../semantics/request.ts'
import { resolveRequest } from '../../walk/request/resolve-request.ts'
import { trace as follow } from '../../walk/trace.ts'
import { answer, conclude } from '../analysis/answer.ts'
import { readText } from '../proxies/read-text.ts'
import { objectStatus } from './object-status.ts'
import { annotationsIn, requestResolver } from './request-resolver.ts'
import { type Following, followed } from './trace-follow.ts'
import { refuseNotInPage, writeTracePage } from './trace-page.ts'
import { checkSourceLabels, oneProxy, wordsOf } from './trace-words.ts'
import type { TracedProxy } from './traced-proxy.ts'
import { readProxy } from './traced-proxy.ts'
import { withTraffic } from './with-traffic.ts'

/** Where a request goes and why; or with `--requests` the cases of a file. */
export async function showTrace(args: Args, context: Context): Promise<number> {
  refuseIdleFlags(args)
  const words = wordsOf(args)
  const requests = args.string('requests')
  if (requests === '-' && words.selection.from === 'files' && words.selection.files.includes('-'))
    throw new UsageError('--file and --requests cannot both be standard input')
  const isPage = context.format.name === pageFormat
  if (isPage) refuseNotInPage(args)
  const opened = await oneProxy(words, context)
  const proxy = await readProxy(isPage ? readOnce(opened) : opened, args, context)
  checkSourceLabels(proxy.dump, args, context)
  if (requests !== undefined) {
    const { traceRequests } = await import('./trace-requests.ts')
    return traceRequests(requests, proxy, args, context)
  }
  requireListeners(proxy.dump, proxy.proxy.label)
  const spec = { ...requestSpec(words.url, args), token: tokenOf(args, readText) }
  const options = requestTrace.options(args)
  const { explain } = options
  const { request, others, notes, hidden } = await requestResolver(proxy, context)(spec)
  const { dump, clusters, stats, savedAt } = proxy
  const now = context.io.now()
  const traced = [request, ...others].map(
    (one, place): TracedRequest => ({
      label: proxy.proxy.id.name,
      request: one,
      trace: follow({ dump, clusters, stats, request: one, explain, now, savedAt, hidden }),
      otherPort: place === 0 ? undefined : one.destination.port,
    }),
  )
  const follows = args.boolean('follow') === true
  const counts = args.boolean('traffic') === true
  const withStatus = objectStatus(proxy.proxy, context)
  const all: TracedRequest[][] = []
  const onWay: MeshProxy[] = [proxy.proxy]
  for (const one of traced) {
    const first = counts ? await withTraffic(one, proxy, context) : one
    const [own = first, ...next] = follows ? await followOn(first, proxy, { explain, counts, onWay }, context) : []
    all.push([{ ...own, trace: await withStatus(own.trace, hostOf(own.request)) }, ...next])
  }
  const found = { traced: all.flat(), notes: [...dump.notes, ...notes] }
  if (isPage) {
    const known = resolveRequest(spec, dump, annotationsIn(proxy))
    const read = await writeTracePage({ url: words.url, request, known, proxies: onWay }, args, context)
    return conclude(requestTrace, found, options, context) || read
  }
  const code = await answer(requestTrace, found, options, context)
  if (isForReading(proxy, args, context) && traced.some(({ trace }) => entersMesh(trace)))
    context.note("The destination's proxy can still reject the request: --follow traces it there too.")
  return code
}

/** The name that a client asks for: in TLS, else in the request. */
function hostOf({ tls, http }: TraceRequest): string | undefined {
  return tls?.sni ?? http?.authority
}

/** Whether someone at a terminal sees a text that `--follow` could go on with. */
function isForReading({ proxy }: TracedProxy, args: Args, { io, format }: Context): boolean {
  const isPossible = proxy.id.pod !== undefined && args.boolean('follow') !== true
  return io.stderrIsTTY && isPossible && (format.name === 'table' || format.name === 'wide')
}

/** The request, and the same one in the next proxies. */
async function followOn(
  traced: TracedRequest,
  { proxy, dump }: TracedProxy,
  options: Pick<Following, 'explain' | 'counts' | 'onWay'>,
  context: Context,
): Promise<TracedRequest[]> {
  if (proxy.id.pod === undefined)
    throw new UsageError('--follow looks up pods in the cluster: it goes with a POD, not with --file or --url')
  return followed({ first: traced, dump, ...options }, context)
}
