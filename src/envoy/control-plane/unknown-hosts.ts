import type { ControlPlane, ControlPlaneName } from './control-plane.ts'

/**
 * What a cluster stands for that a mesh uses where it does not know the destination: the connection is sent on to its own address, or
 * kept in; `portUnknown` is the inbound side, where no Service has the port of the pod.
 */
export type UnknownHost = 'sentOn' | 'keptIn' | 'portUnknown'

const clusters: Readonly<Partial<Record<ControlPlaneName, readonly (readonly [RegExp, UnknownHost])[]>>> = {
  Istio: [
    [/^PassthroughCluster(?:Ipv[46])?$/, 'sentOn'],
    [/^BlackHoleCluster$/, 'keptIn'],
    [/^InboundPassthroughCluster(?:Ipv[46])?$/, 'portUnknown'],
  ],
  Kuma: [
    [/^(?:self_transparentproxy_passthrough_outbound_|outbound:passthrough:)ipv[46]$/, 'sentOn'],
    [/^(?:self_transparentproxy_passthrough_inbound_|inbound:passthrough:)ipv[46]$/, 'portUnknown'],
  ],
  Consul: [[/^original-destination$/, 'sentOn']],
}

/** What a cluster of a control plane's proxy says of the destination; undefined for one that is known. */
export function unknownHost(cluster: string, plane: ControlPlane | undefined): UnknownHost | undefined {
  const own = plane === undefined ? undefined : clusters[plane.name]
  return own?.find(([name]) => name.test(cluster))?.[1]
}
