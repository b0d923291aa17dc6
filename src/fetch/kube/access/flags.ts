/** kubectl's connection flags, each as kubectl spells it in camelCase. An absent flag is undefined. */
export interface KubeFlags {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
  readonly cluster?: string | undefined
  readonly user?: string | undefined
  readonly namespace?: string | undefined
  readonly server?: string | undefined
  readonly token?: string | undefined
  readonly as?: string | undefined
  readonly asUid?: string | undefined
  /** One item for each occurrence; a comma in it is part of the name. */
  readonly asGroup?: readonly string[] | undefined
  /** `key=value`, one item for each occurrence. */
  readonly asUserExtra?: readonly string[] | undefined
  readonly certificateAuthority?: string | undefined
  readonly clientCertificate?: string | undefined
  readonly clientKey?: string | undefined
  readonly insecureSkipTlsVerify?: boolean | undefined
  readonly tlsServerName?: string | undefined
  /** `1s`, `2m`, a number of seconds, or `0` for none. */
  readonly requestTimeout?: string | undefined
  /** Such as `512M` or `2G`. */
  readonly maxSize?: string | undefined
}
