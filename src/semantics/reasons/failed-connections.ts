/** Hosts of a cluster to which every connection failed so far, TLS handshakes among them, of those that a request can reach. */
export interface FailedConnections {
  readonly cluster: string
  readonly hosts: readonly { readonly address: string; readonly failed: number }[]
  /** How many hosts can be picked. */
  readonly of: number
  readonly isHttp: boolean
}

/** Hosts that are named before the rest is counted. */
const maxNamed = 3

export function failedConnectionsText({ cluster, hosts, of, isHttp }: FailedConnections): string {
  const named = hosts.slice(0, maxNamed).map(({ address, failed }) => `${address} (${failed})`)
  const more = hosts.length > maxNamed ? ` and ${hosts.length - maxNamed} more` : ''
  const which = of === 1 ? '' : `, ${hosts.length} of the ${of} endpoints,`
  const end = isHttp ? '503 UF' : 'a closed connection, UF'
  return `every connection to ${named.join(', ')}${more} of ${cluster}${which} has failed so far: ${end}, unless it is retried`
}
