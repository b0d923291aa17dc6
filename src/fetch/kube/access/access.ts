/** Everything needed to talk to one cluster as one user. Plain data; secrets in it are never printed. */
export interface ClusterAccess {
  /** Scheme, host, port and path prefix, without a slash at the end. */
  readonly server: string
  readonly namespace: string
  /** Replaces the system's trusted roots. PEM. */
  readonly ca: Buffer | undefined
  readonly insecure: boolean
  /** Checked against the server's certificate in place of the host name. */
  readonly tlsServerName: string | undefined
  readonly user: ClusterUser
  readonly impersonate: Impersonation
  /** `proxy-url` of the cluster entry; it goes before the environment. */
  readonly proxyUrl: string | undefined
  /** Milliseconds for one whole request; undefined when none was asked for. */
  readonly requestTimeout: number | undefined
  /** Most bytes of one answer of the API server or of a pod. */
  readonly maxSize: number
  /** What to tell the user when the server cannot be reached, if no configuration was found at all. */
  readonly missingConfig: string | undefined
}

export interface ClusterUser {
  readonly token: string | undefined
  /** Read for each run; its content goes before `token`. */
  readonly tokenFile: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly cert: Buffer | undefined
  readonly key: Buffer | undefined
  readonly exec: ExecPlugin | undefined
  readonly authProvider: AuthProvider | undefined
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
export interface ExecPlugin {
  readonly command: string
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly apiVersion: string
  readonly installHint: string | undefined
  readonly provideClusterInfo: boolean
  readonly interactiveMode: string
  /** Relative paths in the plugin's command start here. */
  readonly directory: string
  /** What the plugin gets to know of the cluster when `provideClusterInfo` is set. */
  readonly cluster: Readonly<Record<string, unknown>>
}

export interface AuthProvider {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

/** https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
export interface Impersonation {
  readonly user: string | undefined
  readonly uid: string | undefined
  readonly groups: readonly string[]
  readonly extra: ReadonlyMap<string, readonly string[]>
}
