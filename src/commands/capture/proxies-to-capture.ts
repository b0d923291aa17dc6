import type { Context } from '../../contract/command.ts'
import { isIstioProxy, proxyTypeOf } from '../../mesh/pods/proxy-pods.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'

/** The proxies that a selection names; of a whole mesh or namespace its ztunnels as well, which are not asked about Envoy. */
export async function proxiesToCapture(selection: Selection, context: Context): Promise<readonly MeshProxy[]> {
  const proxies = await context.open(selection)
  if (selection.from !== 'scope') return proxies
  const cluster = await context.cluster()
  const { everywhere, selector } = selection
  const pods = await cluster.list({ namespace: everywhere ? '' : cluster.namespace, selector }, context.io.signal)
  const ztunnels = pods.filter((pod) => isIstioProxy(pod) && proxyTypeOf(pod) === 'ztunnel')
  return [...proxies, ...ztunnels.map((pod) => cluster.proxy(pod))]
}
