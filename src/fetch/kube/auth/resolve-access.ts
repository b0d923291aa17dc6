import { isAbsolute, resolve } from 'node:path'
import { stringOf } from '../../../envoy/json.ts'
import { AppError, UsageError } from '../../../errors.ts'
import { sizeLimit } from '../../limits.ts'
import { ownFile } from '../../own-file.ts'
import { shownUrl } from '../../shown-url.ts'
import type { ClusterAccess, Impersonation } from '../access/access.ts'
import { requestTimeout } from '../access/duration.ts'
import type { KubeFlags } from '../access/flags.ts'
import type { Host } from '../access/host.ts'
import { configError } from './config-error.ts'
import { type InCluster, readInCluster } from './in-cluster.ts'
import { type Kubeconfig, type KubeconfigEntry, loadKubeconfig } from './kubeconfig.ts'
import { impersonation, readUser } from './user.ts'

/**
 * The API server and the user: flags before the kubeconfig, the kubeconfig before the pod's own service account.
 * @throws AppError in kubectl's words when the configuration does not hold together
 */
export function resolveAccess(flags: KubeFlags, host: Host): ClusterAccess {
  const config = loadKubeconfig(flags.kubeconfig, host)
  const context = chooseContext(config, flags)
  const inPod = context === undefined && flags.server === undefined ? readInCluster(host) : undefined
  if (inPod !== undefined) return inClusterAccess(inPod, flags, host)

  const cluster = chooseCluster(config, flags, context)
  const address = flags.server ?? stringOf(cluster?.fields.server) ?? ''
  if (cluster !== undefined && address === '') throw configError('cluster has no server defined')
  const insecure = flags.insecureSkipTlsVerify ?? isTrue(cluster?.fields['insecure-skip-tls-verify'])
  const ca = insecure ? undefined : readCa(flags, host, cluster)
  const user = chooseUser(config, flags, context)
  const server = serverUrl(address || 'localhost:8080', ca !== undefined || insecure)
  const tlsServerName = nonEmpty(flags.tlsServerName ?? stringOf(cluster?.fields['tls-server-name']))
  const proxyUrl = nonEmpty(stringOf(cluster?.fields['proxy-url']))
  return {
    server,
    namespace: flags.namespace || stringOf(context?.fields.namespace) || 'default',
    ca,
    insecure,
    tlsServerName,
    user: readUser({
      entry: user?.entry,
      name: user?.name ?? '',
      flags,
      host,
      cluster: { server, ca, insecure, tlsServerName, proxyUrl, fields: cluster?.fields },
    }),
    impersonate: checkedImpersonation(impersonation(user?.entry, flags)),
    proxyUrl,
    requestTimeout: requestTimeout(flags.requestTimeout),
    maxSize: sizeLimit(flags.maxSize),
    missingConfig: address === '' ? missingConfig(config) : undefined,
  }
}

function inClusterAccess(inPod: InCluster, flags: KubeFlags, host: Host): ClusterAccess {
  const insecure = flags.insecureSkipTlsVerify ?? false
  const cluster = {
    server: inPod.server,
    ca: inPod.ca,
    insecure,
    tlsServerName: flags.tlsServerName,
    proxyUrl: undefined,
    fields: undefined,
  }
  const user = readUser({ entry: undefined, name: 'service account', flags, host, cluster })
  return {
    server: inPod.server,
    namespace: flags.namespace || inPod.namespace,
    ca: insecure ? undefined : flags.certificateAuthority ? readFlagFile(flags.certificateAuthority, host) : inPod.ca,
    insecure,
    tlsServerName: nonEmpty(flags.tlsServerName),
    user: flags.token || flags.clientCertificate ? user : { ...user, tokenFile: inPod.tokenFile },
    impersonate: checkedImpersonation(impersonation(undefined, flags)),
    proxyUrl: undefined,
    requestTimeout: requestTimeout(flags.requestTimeout),
    maxSize: sizeLimit(flags.maxSize),
    missingConfig: undefined,
  }
}

function chooseContext(config: Kubeconfig, flags: KubeFlags): KubeconfigEntry | undefined {
  const name = flags.context || config.currentContext
  if (name === '') return undefined
  const context = config.contexts.get(name)
  if (context !== undefined) return context
  if (flags.context) {
    throw new AppError(`context "${name}" does not exist`, { hint: known('contexts', config.contexts) })
  }
  throw configError(`context was not found for specified context: ${name}`)
}

function chooseCluster(
  config: Kubeconfig,
  flags: KubeFlags,
  context: KubeconfigEntry | undefined,
): KubeconfigEntry | undefined {
  const name = flags.cluster || stringOf(context?.fields.cluster)
  if (!name) return undefined
  const cluster = config.clusters.get(name)
  if (cluster !== undefined) return cluster
  if (flags.cluster) {
    throw new AppError(`cluster "${name}" does not exist`, { hint: known('clusters', config.clusters) })
  }
  throw configError(`cluster "${name}" was not found for context "${flags.context || config.currentContext}"`)
}

function chooseUser(
  config: Kubeconfig,
  flags: KubeFlags,
  context: KubeconfigEntry | undefined,
): { name: string; entry: KubeconfigEntry } | undefined {
  const name = flags.user || stringOf(context?.fields.user)
  if (!name) return undefined
  const entry = config.users.get(name)
  if (entry !== undefined) return { name, entry }
  if (flags.user) throw new AppError(`auth info "${name}" does not exist`, { hint: known('users', config.users) })
  throw configError(`user "${name}" was not found for context "${flags.context || config.currentContext}"`)
}

function readCa(flags: KubeFlags, host: Host, cluster: KubeconfigEntry | undefined): Buffer | undefined {
  if (flags.certificateAuthority) return readFlagFile(flags.certificateAuthority, host)
  const data = stringOf(cluster?.fields['certificate-authority-data'])
  if (data) return Buffer.from(data, 'base64')
  const file = stringOf(cluster?.fields['certificate-authority'])
  if (!file || cluster === undefined) return undefined
  const path = resolve(cluster.directory, file)
  try {
    return ownFile(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw configError(
      `unable to read certificate-authority ${path} for the cluster due to open ${path}: no such file or directory`,
      cause,
    )
  }
}

function readFlagFile(path: string, host: Host): Buffer {
  const absolute = isAbsolute(path) ? path : resolve(host.cwd, path)
  try {
    return ownFile(absolute)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(`open ${path}: no such file or directory`, { cause })
  }
}

/** A server without a scheme is plain HTTP unless TLS is configured, as in client-go's DefaultServerURL. */
function serverUrl(address: string, hasTls: boolean): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `${hasTls ? 'https' : 'http'}://${address}`
  if (!/^https?:/i.test(url) || !URL.canParse(url)) throw new AppError(`invalid server address "${shownUrl(address)}"`)
  return url.replace(/\/+$/, '')
}

function checkedImpersonation(as: Impersonation): Impersonation {
  if (as.user === undefined && (as.uid !== undefined || as.groups.length > 0 || as.extra.size > 0)) {
    throw new UsageError('requesting uid, groups or user-extra without impersonating a user')
  }
  return as
}

function missingConfig(config: Kubeconfig): string {
  const what = config.found ? 'No current context is set in' : 'No kubeconfig was found at'
  return `${what} ${config.paths.join(', ')}. Set KUBECONFIG, or name a file with --kubeconfig or a context with --context.`
}

function known(what: string, entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()]
  return names.length === 0 ? `The kubeconfig has no ${what}.` : `The kubeconfig has the ${what}: ${names.join(', ')}`
}

function isTrue(value: unknown): boolean {
  return /^(true|yes|on|y)$/i.test(stringOf(value) ?? '')
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
