import type { GatheredMesh } from '../../analyses/status/mesh-sync.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/selection.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { AppError } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { controlPlaneName } from './control-plane-name.ts'
import { ownAccount } from './own-account.ts'

/** Proxies that are asked at a time: each answers with its whole configuration. */
const atATime = 8

/** What files and URLs say. @param nameOf what each is called; as its node calls itself when absent */
export async function ownStatusOf(
  found: readonly MeshProxy[],
  context: Context,
  nameOf?: (proxy: MeshProxy) => string,
): Promise<GatheredMesh> {
  return {
    proxies: await Promise.all(found.map((proxy) => ownAccount(proxy, nameOf?.(proxy), context))),
    complete: true,
  }
}

/** What the proxies of pods say of themselves; one that does not answer is `UNKNOWN` and says why, and the answer is then incomplete. */
export async function ownAccounts(
  pods: readonly Pod[],
  cluster: Cluster,
  args: Args,
  context: Context,
): Promise<ProxyStatus[]> {
  let unread = 0
  async function account(pod: Pod): Promise<ProxyStatus> {
    const name = `${pod.name}.${pod.namespace}`
    try {
      const proxy = cluster.proxy(pod, proxyOptions(args))
      const dump = await dumpOf(proxy, 'config_dump', context)
      return { ...(await ownAccount(proxy, name, context, dump)), controlPlane: controlPlaneName(pod, dump) }
    } catch (error) {
      if (!(error instanceof AppError) || context.io.signal.aborted) throw error
      unread += 1
      return {
        ...unknownAccount,
        controlPlane: controlPlaneName(pod),
        name,
        namespace: pod.namespace,
        notes: [error.message],
      }
    }
  }
  const accounts = await atMost(atATime, pods, account, (done) =>
    context.io.progress?.done(done, pods.length, 'proxies'),
  )
  reportUnread(unread, context)
  return accounts
}

/** That so many proxies did not answer: the answer is incomplete. Why stands beside each. */
export function reportUnread(count: number, context: Context): void {
  if (count > 0) context.incomplete(`${countText(count, 'proxy', 'proxies')} could not be read`)
}

/** What is known of a proxy that did not answer. */
export const unknownAccount = {
  cluster: undefined,
  proxyType: undefined,
  istiod: undefined,
  version: undefined,
  connected: undefined,
  types: new Map(),
}

/**
 * That what these proxies would be sent was not asked, and how it is; nothing where none of them has a control plane to ask. Of a
 * capture no flag asks it.
 */
export function noteUnasked(proxies: readonly ProxyStatus[], cluster: Cluster, context: Context): void {
  const unasked = proxies.filter(({ controlPlane }) => controlPlane !== undefined)
  if (unasked.length === 0) return
  const how = cluster.captured === undefined ? ' --xds-second-stream asks what it would send.' : ''
  context.note(
    `${countText(unasked.length, 'proxy', 'proxies')}: the control plane is not known to bear a second stream, so the self-reported status is shown.${how}`,
  )
}
