import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { ownFile } from '../../own-file.ts'
import type { ClusterAccess } from '../access/access.ts'
import type { Host } from '../access/host.ts'

export interface Credentials {
  /** Headers of each request: authorization and impersonation. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly cert: string | Buffer | undefined
  readonly key: string | Buffer | undefined
  /** Milliseconds since the epoch after which they must be asked for again. */
  readonly expires: number | undefined
}

/** Gets what proves the user's identity, in client-go's order: a token at hand, a plugin, an auth provider, a password. */
export async function getCredentials(access: ClusterAccess, host: Host, signal?: AbortSignal): Promise<Credentials> {
  const { user } = access
  let { cert, key }: { cert: string | Buffer | undefined; key: string | Buffer | undefined } = user
  let expires: number | undefined
  let authorization: string | undefined
  const token = tokenFromFile(user.tokenFile) ?? user.token
  if (token !== undefined) {
    authorization = `Bearer ${token}`
  } else if (user.exec !== undefined) {
    const { runExecPlugin } = await import('./exec-plugin.ts')
    const found = await runExecPlugin(user.exec, host, signal)
    if (found.token !== undefined) authorization = `Bearer ${found.token}`
    cert = found.cert ?? cert
    key = found.key ?? key
    expires = found.expires
  } else if (user.authProvider !== undefined) {
    const { oidcToken } = await import('./oidc.ts')
    authorization = `Bearer ${await oidcToken(user.authProvider)}`
  } else if (user.username !== undefined) {
    authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
  }
  return {
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...impersonationHeaders(access),
    },
    cert,
    key,
    expires,
  }
}

function tokenFromFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return ownFile(path).toString('utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
function impersonationHeaders({
  impersonate: { user, uid, groups, extra },
}: ClusterAccess): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  if (user !== undefined) headers['Impersonate-User'] = user
  if (uid !== undefined) headers['Impersonate-Uid'] = uid
  if (groups.length > 0) headers['Impersonate-Group'] = [...groups]
  for (const [key, values] of extra) headers[`Impersonate-Extra-${pathSegment(key)}`] = [...values]
  return headers
}
