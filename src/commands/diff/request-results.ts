import type { ComparedProxy } from '../../analyses/compare/compare-proxies.ts'
import {
  type RequestDifference,
  type RequestResult,
  requestResult,
  untraceable,
} from '../../analyses/compare/requests.ts'
import { casesIn, readCase } from '../../analyses/trace/cases/cases.ts'
import { requireListeners } from '../../analyses/trace/require-listeners.ts'
import type { Context } from '../../contract/command.ts'
import { isObject, stringOf } from '../../envoy/json.ts'
import { UsageError } from '../../errors.ts'
import { trace } from '../../walk/trace.ts'
import { documentItems, lineItems, type RequestItem } from '../trace/request-items.ts'
import { requestResolver } from '../trace/request-resolver.ts'
import { requestsInput } from '../trace/requests-input.ts'
import type { TracedProxy } from '../trace/traced-proxy.ts'

/** A proxy that is compared and traced. */
export interface TracedSide extends ComparedProxy {
  readonly traced: TracedProxy
}

/**
 * The requests of a file, as `trace --requests` takes them; what they expect is not looked at.
 * @throws UsageError when there are none, AppError when the file cannot be read
 */
export async function readRequests(file: string, context: Context): Promise<readonly RequestItem[]> {
  const input = await requestsInput(file, context)
  if ('lines' in input) {
    const batches: RequestItem[][] = []
    for await (const batch of lineItems(input.lines)) batches.push(batch)
    return batches.flat()
  }
  const { format, items } = casesIn(input.document)
  if (format === 'routerCheck')
    throw new UsageError("--requests accepts cases of {request, expect}, not Envoy's router check format")
  return documentItems(items)
}

/** The requests that come to something else on the second side. */
export async function differentRequests(
  items: readonly RequestItem[],
  [before, after]: readonly [TracedSide, TracedSide],
  context: Context,
): Promise<RequestDifference[]> {
  const [first, second] = [tracer(before, context), tracer(after, context)]
  const found: RequestDifference[] = []
  for (const item of items) {
    const [one, other] = [await first(item), await second(item)]
    if (one.key !== other.key) found.push({ name: nameOf(item), before: one.text, after: other.text })
  }
  return found
}

function nameOf({ place, value }: RequestItem): string {
  const named = isObject(value) ? value : {}
  const { request } = named
  return (
    stringOf(named.name) ||
    (typeof request === 'string' ? request : stringOf(isObject(request) ? request.url : undefined)) ||
    place
  )
}

/** What a request comes to in one proxy. One that cannot be read is shown as that on both sides. */
function tracer(side: TracedSide, context: Context): (item: RequestItem) => Promise<RequestResult> {
  const { traced } = side
  requireListeners(traced.dump, traced.proxy.label)
  const resolve = requestResolver(traced, context)
  const { dump, clusters, stats, savedAt } = traced
  const now = context.io.now()
  return async ({ place, value }) => {
    try {
      if (value === undefined) throw new UsageError('no JSON object')
      const { request, hidden } = await resolve(readCase(value).spec)
      return requestResult(trace({ dump, clusters, stats, request, now, savedAt, hidden }), side)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      context.incomplete(`${place} cannot be traced: ${error.message}`)
      return untraceable(error.message)
    }
  }
}
