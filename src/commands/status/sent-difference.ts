import { diffDumps } from '../../analyses/diff/diff-dumps.ts'
import { meshSync } from '../../analyses/status/mesh-sync.ts'
import { rejectingText } from '../../analyses/status/rejecting.ts'
import { AppError, UsageError } from '../../errors.ts'
import { answer } from '../analysis/answer.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { type AskedProxy, askControlPlane } from './ask-control-plane.ts'
import { compareSides, type DiffOptions } from './compare-sides.ts'
import { rejections } from './rejections.ts'
import { neverConnected, sentAccounts } from './sent-accounts.ts'
import { isAskedFor } from './sent-kinds.ts'
import { ownAccounts } from './status-own.ts'

/**
 * `status POD` of an Envoy that is not Istio's: what differs from what its control plane would send now, or, where that cannot be asked,
 * its self-reported status.
 */
export async function sentDifference(proxy: AskedProxy, options: DiffOptions): Promise<number> {
  const { pod, cluster, args, context } = proxy
  const kinds = options.kinds.filter(isAskedFor)
  if (kinds.length === 0) {
    throw new UsageError('no control plane but istiod is asked for secrets and extension configurations', {
      hint: 'Here --type accepts cds, lds, rds, eds.',
    })
  }
  const used = await dumpWithEndpoints(proxy.proxy, context).catch((error) => {
    if (error instanceof AppError && neverConnected(pod, error)) return undefined
    throw error
  })
  if (used === undefined) {
    context.incomplete(
      `what the control plane would send to ${pod.name}.${pod.namespace} was not asked: nothing can be compared with it`,
    )
    return answer(meshSync, await sentAccounts([pod], cluster, args, context), meshSync.options(args), context)
  }
  const found = await askControlPlane(proxy, used)
  const name = `${pod.name}.${pod.namespace}`
  if (found.sent !== undefined) {
    for (const note of found.notes) context.note(`${found.from}: ${note}`)
    context.note(
      `${name}: compared with what ${found.from} would send; secrets and extension configurations are not asked for`,
    )
    const { sent } = found
    const diff = () => diffDumps(sent, used, kinds)
    for (const each of await rejections(proxy, used, diff))
      context.note(`${name}: ${each.type} rejected: ${rejectingText(each)}`)
    return compareSides({ sent, sentTo: undefined, used }, { ...options, kinds }, context)
  }
  context.note(`no control plane to compare with: ${found.why}. Showing the proxy's self-reported status`)
  for (const line of found.error?.hintLines ?? []) context.note(line)
  if (found.error !== undefined) context.incomplete(`what the control plane would send to ${name} could not be asked`)
  const proxies = await ownAccounts([pod], cluster, args, context)

  return answer(meshSync, { proxies, complete: found.error === undefined }, meshSync.options(args), context)
}
