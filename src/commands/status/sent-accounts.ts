import { diffDumps } from '../../analyses/diff/diff-dumps.ts'
import { comparedStatus } from '../../analyses/status/compared-status.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/selection.ts'
import { xdsAccessOf } from '../../envoy/control-plane/xds-access-of.ts'
import { comparedKinds } from '../../envoy/kinds.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { AppError } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { askControlPlane } from './ask-control-plane.ts'
import { controlPlaneName } from './control-plane-name.ts'
import { ownAccount } from './own-account.ts'
import { rejections } from './rejections.ts'
import { isAskedFor } from './sent-kinds.ts'
import { reportUnread, unknownAccount } from './status-own.ts'

/** Proxies that are asked at a time: each answers with its whole configuration, and its control plane with as much. */
const atATime = 4

/** Whether the control plane of a pod's proxy is asked what it would send: at once where that is known to do no harm, else by the flag. */
export function canBeCompared(pod: Pod, args: Args): boolean {
  return xdsAccessOf(adminPort(pod).from).bearsSecondStream || args.boolean('xds-second-stream') === true
}

/** Whether a proxy lacks even the listener of its admin interface, which its control plane would have sent. */
export function neverConnected(pod: Pod, error: AppError): boolean {
  return error.code === 'connection-refused' && xdsAccessOf(adminPort(pod).from).sendsAdminPort
}

function neverConnectedText({ message }: AppError): string {
  return `${message}, which its control plane opens: the proxy has never reached it, or Envoy does not run`
}

export interface SentAccounts {
  readonly proxies: readonly ProxyStatus[]
  /** Whether every proxy and every control plane answered. */
  readonly complete: boolean
}

/**
 * How proxies stand by their own account and by what their control planes would send. One that does not answer says why, and so does a
 * control plane; the answer is then incomplete.
 */
export async function sentAccounts(
  pods: readonly Pod[],
  cluster: Cluster,
  args: Args,
  context: Context,
): Promise<SentAccounts> {
  let unasked = 0
  let unread = 0
  async function account(pod: Pod): Promise<ProxyStatus> {
    const name = `${pod.name}.${pod.namespace}`
    let controlPlane = controlPlaneName(pod)
    try {
      const proxy = cluster.proxy(pod, proxyOptions(args))
      const used = await dumpWithEndpoints(proxy, context)
      controlPlane = controlPlaneName(pod, used)
      const own = { ...(await ownAccount(proxy, name, context, used)), controlPlane }
      const found = await askControlPlane({ pod, proxy, cluster, args, context }, used)
      if (found.sent !== undefined) {
        const { sent, from } = found
        const diff = diffDumps(sent, used, comparedKinds.filter(isAskedFor))
        const rejecting = diff.match ? [] : await rejections({ pod, proxy, cluster, context }, used, () => diff)
        return comparedStatus(own, { from, sent, used, diff, rejecting })
      }
      if (found.error === undefined) return own
      unasked += 1
      for (const line of found.error.hintLines) context.note(line)
      return {
        ...own,
        notes: [...own.notes, `what its control plane would send could not be asked: ${found.why}`],
      }
    } catch (error) {
      if (!(error instanceof AppError) || context.io.signal.aborted) throw error
      const own = { ...unknownAccount, controlPlane, name, namespace: pod.namespace }
      if (neverConnected(pod, error)) {
        return { ...own, connected: false, notes: [`not connected to its control plane: ${neverConnectedText(error)}`] }
      }
      unread += 1
      return { ...own, notes: [error.message] }
    }
  }
  const proxies = await atMost(atATime, pods, account, (done) =>
    context.io.progress?.done(done, pods.length, 'proxies'),
  )
  if (unasked > 0) {
    context.incomplete(
      `what its control plane would send to ${countText(unasked, 'proxy', 'proxies')} could not be asked: the self-reported status is shown`,
    )
  }
  reportUnread(unread, context)
  return { proxies, complete: unasked + unread === 0 }
}
