/** What Istio writes into the id of a node: `TYPE~IP~POD.NAMESPACE~DOMAIN`. */
export interface NodeId {
  /** `sidecar`, `router`, `waypoint`. */
  readonly type: string
  readonly address: string
  /** `POD.NAMESPACE`. */
  readonly proxy: string
}

/** Reads the id of a node; undefined where it is not one of Istio's. */
export function istioNodeId(id: string): NodeId | undefined {
  const parts = id.split('~')
  const [type = '', address = '', proxy = ''] = parts
  return parts.length === 4 ? { type, address, proxy } : undefined
}

/**
 * The proxy of a node id of Kuma, `MESH.NAME` or, on Kubernetes, `MESH.POD.NAMESPACE`: what stands after the mesh, whose name has no dot.
 * https://github.com/kumahq/kuma: ParseProxyIdFromString of pkg/core/xds/types.go
 */
export function kumaProxy(id: string): string {
  return id.slice(id.indexOf('.') + 1) || id
}

/** `POD.NAMESPACE` in two: a pod's name may hold dots, a namespace not. Undefined without a namespace. */
export function podOfProxy(proxy: string): { readonly name: string; readonly namespace: string } | undefined {
  const dot = proxy.lastIndexOf('.')
  return dot > 0 ? { name: proxy.slice(0, dot), namespace: proxy.slice(dot + 1) } : undefined
}
