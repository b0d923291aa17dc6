/** How a control plane is asked what it would send to one of its proxies. */
export interface XdsAccess {
  /** Whether a second stream is known to leave the proxy's own alone: from the control plane's source, and tried. */
  readonly bearsSecondStream: boolean
  /** The node's id: one of our own where the control plane does not choose by it, else the proxy's. */
  readonly nodeId: 'own' | 'of the proxy'
  /** The volume of the proxy's pod whose Secret has the certificates with which it is connected: `ca.crt`, `tls.crt`, `tls.key`. */
  readonly certificateVolume: string | undefined
}

/** Envoy Gateway chooses by the node's cluster, Contour gives the same to all. By the name that recognises their pods. */
const known: ReadonlyMap<string, XdsAccess> = new Map([
  ['Envoy Gateway', { bearsSecondStream: true, nodeId: 'own', certificateVolume: 'certs' }],
  ['Contour', { bearsSecondStream: true, nodeId: 'own', certificateVolume: 'envoycert' }],
])

const unknown: XdsAccess = { bearsSecondStream: false, nodeId: 'of the proxy', certificateVolume: undefined }

/** @param name `Envoy Gateway`, as pods are recognised */
export function xdsAccessOf(name: string): XdsAccess {
  return known.get(name) ?? unknown
}
