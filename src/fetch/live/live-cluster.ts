import type { Cluster } from '../../mesh/cluster.ts'
import type { KubeFlags } from '../kube/access/flags.ts'
import type { Host } from '../kube/access/host.ts'
import { connect } from '../kube/kube-cluster.ts'

/**
 * A cluster that runs, its control plane included. No request is sent before the first question.
 * @throws AppError in kubectl's words when the configuration does not hold together
 */
export function liveCluster(flags: KubeFlags, host: Host): Cluster {
  const cluster = connect(flags, host)
  return {
    ...cluster,
    async istiods(query, signal) {
      const { findIstiods } = await import('../istiod/find-istiods.ts')
      return findIstiods(cluster, query, signal)
    },
    async sentTo(query, signal) {
      const { sentTo } = await import('../xds/sent-to.ts')
      return sentTo(cluster, query, signal)
    },
  }
}
