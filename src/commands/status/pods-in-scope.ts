import { chosenNamespace } from '../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../contract/command.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { type VisiblePods, visiblePods } from '../../mesh/proxies/visible-pods.ts'

/**
 * The pods that `-n` and `-l` choose, all without them.
 * @param instead the namespaces to look into where not all may be listed at once
 */
export async function podsInScope(
  cluster: Cluster,
  args: Args,
  { io }: Context,
  instead: () => Promise<readonly string[]>,
): Promise<VisiblePods> {
  const query = { namespace: chosenNamespace(args) ?? '', selector: args.string('selector'), instead }
  return visiblePods(cluster, query, io.signal)
}
