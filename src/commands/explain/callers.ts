import { type Caller, callerCounts, failingHosts } from '../../analyses/explain/join/caller-findings.ts'
import type { FailureKind } from '../../analyses/explain/tally/failure-kind.ts'
import type { Context } from '../../contract/command.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { AppError, exitCode } from '../../errors.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import type { Selection } from '../../mesh/selection.ts'
import { eachProxy } from '../proxies/each-proxy.ts'

const hostsPage = 'clusters?format=json'

/** What was asked of other proxies, and the exit code of asking. */
export interface AskedCallers {
  readonly callers: readonly Caller[]
  readonly code: number
}

/** What other proxies count of the hosts that the kinds of failures name. Those that cannot be read are reported, and hide nothing else. */
export async function readCallers(
  selection: Selection,
  kinds: Iterable<FailureKind>,
  context: Context,
): Promise<AskedCallers> {
  const wanted = failingHosts(kinds)
  if (wanted.size === 0) return { callers: [], code: exitCode.ok }
  try {
    const proxies = await context.open(selection, { about: hostsPage })
    const { results, code } = await eachProxy(proxies, context, async (proxy): Promise<Caller> => {
      const statuses = clusterStatusesOf(await requiredDocument(proxy, hostsPage, context.io.signal))
      return { name: proxy.id.name, node: proxy.id.pod?.node, hosts: callerCounts(statuses, wanted) }
    })
    return { callers: results, code }
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    context.incomplete(`No other proxy could be asked about the hosts: ${error.message}`)
    return { callers: [], code: exitCode.failed }
  }
}
