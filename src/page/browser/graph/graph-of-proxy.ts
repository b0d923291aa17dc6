import type { PageProxy } from '../proxies.ts'
import type { ProxyGraph } from './graph-model.ts'
import { proxyGraph } from './proxy-graph.ts'

const made = new WeakMap<object, ProxyGraph>()

/** The graph of a proxy of the page, made once for each time that its dump is unpacked. */
export async function graphOfProxy(proxy: PageProxy): Promise<ProxyGraph> {
  const dump = await proxy.dump()
  const known = made.get(dump)
  if (known !== undefined) return known
  const statuses = dump.has('clusterStatuses')
    ? dump.entries('clusterStatuses').map(({ resource }) => resource)
    : undefined
  const graph = proxyGraph(dump, statuses)
  made.set(dump, graph)
  return graph
}
