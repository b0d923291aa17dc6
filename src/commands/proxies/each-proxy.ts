import type { Context } from '../../contract/command.ts'
import type { ResultCodec } from '../../contract/threads.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { type Failure, FleetReading } from './fleet/fleet-reading.ts'

/**
 * Does the same for every proxy. Those that fail are reported on stderr and do not hide the others; the exit code is then 1, and 130 after
 * Ctrl-C, when what has come until then is the result.
 * @param codec how a result gets here from a thread; absent where only this one can do the task
 * @throws the first error when every proxy fails
 */
export async function eachProxy<T, P>(
  proxies: readonly MeshProxy[],
  context: Context,
  task: (proxy: MeshProxy) => Promise<T>,
  codec?: ResultCodec<T, P>,
): Promise<{ results: readonly T[]; failures: readonly Failure[]; code: number }> {
  const reading = new FleetReading(proxies, context)
  const results: T[] = []
  for await (const { result } of reading.successes(task, { codec })) results.push(result)
  const code = await reading.conclude()
  return { results, failures: reading.failures, code }
}
