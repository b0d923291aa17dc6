import type { FailureKind } from '../../analyses/explain/tally/failure-kind.ts'
import { worstFirst } from '../../analyses/explain/tally/severity.ts'
import type { LoggingProxy } from '../../analyses/explain/view/explained-kind.ts'
import type { Context } from '../../contract/command.ts'
import type { Trace } from '../../walk/trace-result.ts'
import { objectStatus } from '../trace/object-status.ts'
import type { NamedProxy } from './logging-proxy.ts'

/** Kinds of failures whose objects are looked up: a log has few, and the first ones matter. */
const maxKinds = 50

/** The proxy of a log, with what the API server says of the objects behind failures. Each object is read once. */
export function withObjectStatus(
  { proxy, logging }: NamedProxy,
  context: Context,
): (kinds: readonly FailureKind[]) => Promise<LoggingProxy> {
  const withStatus = objectStatus(proxy, context)
  const read = new Map<Trace, Trace>()
  return async (kinds) => {
    for (const { examples } of worstFirst(kinds).slice(0, maxKinds)) {
      const line = examples[0]?.line
      const traced = line === undefined ? undefined : logging.traceOf(line)
      if (traced !== undefined && !read.has(traced)) read.set(traced, await withStatus(traced))
    }
    return {
      ...logging,
      traceOf(line) {
        const traced = logging.traceOf(line)
        return traced === undefined ? undefined : (read.get(traced) ?? traced)
      },
    }
  }
}
