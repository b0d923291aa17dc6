/** What the name of a cluster says. Control planes pack a service, a port and more into it, each in its own way. */
export interface ClusterName {
  /** Host name of the service, or the whole name where it is in no known form. */
  readonly host: string
  readonly port: number | undefined
  readonly subset: string | undefined
  /** `inbound`, `outbound`, `inbound-vip`. */
  readonly direction: string | undefined
}

interface Dialect {
  parse(name: string): ClusterName | undefined
}

/** The one table of cluster name dialects; the first that parses a name wins. */
const dialects: readonly Dialect[] = [
  {
    // Istio: `outbound|9080|v1|reviews.default.svc.cluster.local`, `inbound|8080||`
    parse(name) {
      const parts = name.split('|')
      if (parts.length < 4) return undefined
      const [direction, port, subset, host] = parts
      return {
        direction,
        port: portOf(port) ?? 0,
        subset: subset || undefined,
        host: parts.length === 4 ? (host ?? '') : '',
      }
    },
  },
  {
    // Istio's SNI-DNAT form, which must be a valid SNI: `outbound_.80_.v1_.reviews.default.svc.cluster.local`
    parse(name) {
      const [, direction, port, subset, host] = /^(inbound|outbound)_\.(\d+)_\.([^_]*)_\.(.+)$/.exec(name) ?? []
      if (direction === undefined || host === undefined) return undefined
      return { direction, port: portOf(port), subset: subset || undefined, host }
    },
  },
]

/** Reads a cluster's name. A name in no known form is its own host, without port, subset and direction. */
export function clusterName(name: string): ClusterName {
  for (const { parse } of dialects) {
    const found = parse(name)
    if (found !== undefined) return found
  }
  return { host: name, port: undefined, subset: undefined, direction: undefined }
}

function portOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
