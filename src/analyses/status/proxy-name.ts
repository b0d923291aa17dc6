import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { istioNodeId, kumaProxy, podOfProxy } from '../../envoy/dump/node-id.ts'
import { stringOf } from '../../envoy/json.ts'

/** What the id of a node says. */
export interface ProxyName {
  readonly name: string
  readonly namespace: string | undefined
  readonly proxyType: string | undefined
}

/** Reads `POD.NAMESPACE`, or the whole node id `TYPE~IP~POD.NAMESPACE~DOMAIN`. A pod's name may hold dots, a namespace not. */
export function proxyName(id: string): ProxyName {
  const node = istioNodeId(id)
  const name = node?.proxy ?? id
  return { name, namespace: podOfProxy(name)?.namespace, proxyType: node?.type }
}

/** The proxy that a dump is of, by the node in its bootstrap; undefined where it has none, as istiod's dumps have. */
export function proxyOf(dump: ConfigDump): string | undefined {
  const id = stringOf(nodeOf(dump).id) || undefined
  if (id === undefined) return undefined
  return controlPlaneOf(dump)?.name === 'Kuma' ? kumaProxy(id) : proxyName(id).name
}
