/** What the id of a node says. */
export interface ProxyName {
  readonly name: string
  readonly namespace: string | undefined
  readonly proxyType: string | undefined
}

/** Reads `POD.NAMESPACE`, or the whole node id `TYPE~IP~POD.NAMESPACE~DOMAIN`. A pod's name may hold dots, a namespace not. */
export function proxyName(id: string): ProxyName {
  const parts = id.split('~')
  const name = parts.length === 4 ? (parts[2] ?? id) : id
  const dot = name.lastIndexOf('.')
  return {
    name,
    namespace: dot === -1 ? undefined : name.slice(dot + 1),
    proxyType: parts.length === 4 ? parts[0] : undefined,
  }
}
