import type { DumpDiff } from '../../analyses/diff/dump-diff.ts'
import { differingResources } from '../../analyses/status/differing-resources.ts'
import { type Rejecting, reasonInLog, rejectedBefore, rejectingNow } from '../../analyses/status/rejecting.ts'
import type { Context } from '../../contract/command.ts'
import { xdsServerOf } from '../../envoy/control-plane/xds-server.ts'
import { bootstrapOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import { xdsStats } from '../../envoy/model/update-stats.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

interface Rejector {
  readonly pod: Pod
  readonly proxy: MeshProxy
  readonly cluster: Cluster
  readonly context: Context
}

const page = `stats?filter=${encodeURIComponent('update_(rejected|time)$')}&format=json`

/**
 * The updates that a proxy rejects: those whose counter grows while it is asked, and those of what differs that its log has since it
 * accepted one last. Nothing where it does not run or does not answer; without its log only the first, and no reasons.
 * @param diff what its control plane would send beside what it uses
 */
export async function rejections(
  rejector: Rejector,
  used: ConfigDump,
  diff: () => DumpDiff,
): Promise<readonly Rejecting[]> {
  const { proxy, context } = rejector
  if (!proxy.live) return []
  const { signal } = context.io
  try {
    const before = xdsStats(await optionalDocument(proxy, page, signal))
    const after = xdsStats(await optionalDocument(proxy, page, signal))
    const growing = rejectingNow(before, after)
    // Of the state of the world what is rejected is sent again for as long as it is to be had: a counter that stands is of what is gone.
    const isIncremental = xdsServerOf(bootstrapOf(used))?.incremental === true
    const earlier = (isIncremental ? rejectedBefore(after) : []).filter(({ type }) =>
      growing.every((each) => each.type !== type),
    )
    if (growing.length + earlier.length === 0) return []
    const differing = differingResources(diff(), used)
    const found: Rejecting[] = []
    for (const each of growing) found.push({ ...each, reason: await loggedReason(rejector, each.type) })
    for (const { type, resource, acceptedAt } of earlier) {
      const names = differing.get(type) ?? []
      if (names.length === 0 || (resource !== undefined && !names.includes(resource))) continue
      const reason = await loggedReason(rejector, type, acceptedAt)
      if (reason !== undefined) found.push({ type, resource, updates: 0, reason })
    }
    return found
  } catch (error) {
    if (!(error instanceof AppError) || signal.aborted) throw error
    return []
  }
}

/** @param since milliseconds since the epoch; ten minutes ago without it */
async function loggedReason(
  { pod, cluster, context: { io } }: Rejector,
  type: string,
  since?: number,
): Promise<string | undefined> {
  const message = kinds.map((kind) => sections[kind]).find(({ xds }) => xds === type)?.type
  const container = adminPort(pod).container?.name
  if (message === undefined || container === undefined) return undefined
  const sinceSeconds = since === undefined ? undefined : Math.max(1, Math.floor((io.now().getTime() - since) / 1000))
  try {
    const log = await cluster.log(pod, { container, sinceSeconds }, io.signal)
    return reasonInLog(Buffer.from(log).toString('utf8'), message)
  } catch (error) {
    // Nothing that was read depends on the log.
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    return undefined
  }
}
