/** How a control plane is asked what it would send to one of its proxies. */
export interface XdsAccess {
  /** Whether a second stream is known to leave the proxy's own alone: from the control plane's source, and tried. */
  readonly bearsSecondStream: boolean
  /** The node's id: one of our own where the control plane does not choose by it, else the proxy's. */
  readonly nodeId: 'own' | 'of the proxy'
  /**
   * The volume of the proxy's pod whose Secret has the certificates with which it is connected: `ca.crt`, `tls.crt`, `tls.key`; or whose
   * ConfigMap has `ca.crt`, where the proxy is known by a token.
   */
  readonly certificateVolume: string | undefined
  /** The volume of the proxy's pod that projects the token with which it is connected; undefined where no proxy has one. */
  readonly tokenVolume: string | undefined
  /** Whether the port of the admin interface is a listener that the control plane sends: a proxy that never reached it has none. */
  readonly sendsAdminPort: boolean
}
