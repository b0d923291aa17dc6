import type { GatheredMesh } from '../../analyses/status/mesh-sync.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/selection.ts'
import { AppError } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
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

/** What the proxies of pods say of themselves; one that does not answer is not connected, and says why. */
export async function ownAccounts(
  pods: readonly Pod[],
  cluster: Cluster,
  args: Args,
  context: Context,
): Promise<ProxyStatus[]> {
  async function account(pod: Pod): Promise<ProxyStatus> {
    const name = `${pod.name}.${pod.namespace}`
    try {
      return await ownAccount(cluster.proxy(pod, proxyOptions(args)), name, context)
    } catch (error) {
      if (!(error instanceof AppError) || context.io.signal.aborted) throw error
      return { ...unknownAccount, name, namespace: pod.namespace, notes: [error.message] }
    }
  }
  return atMost(atATime, pods, account, (done) => context.io.progress?.done(done, pods.length, 'proxies'))
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
