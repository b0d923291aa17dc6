import { isObject, type Json, numberOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { AuthProvider } from '../access/access.ts'

/** A token that expires within this time counts as expired, as with client-go. */
const margin = 10_000

/**
 * The ID token of the `oidc` auth provider, refreshed when it has expired. A refreshed token is used for this run and not written to
 * the kubeconfig. client-node's own refresh gives openid-client a text for the issuer, which that refuses, and sends no client secret.
 * @throws AppError for other providers (kubectl dropped azure and gcp in 1.26) and when no valid token can be had
 */
export async function oidcToken({ name, config }: AuthProvider): Promise<string> {
  if (name !== 'oidc') {
    throw new AppError(`no Auth Provider found for name "${name}"`, {
      hint: 'kubectl removed it as well; use the credential plugin of your cloud (for example kubelogin or gke-gcloud-auth-plugin).',
    })
  }
  const idToken = config['id-token']
  if (idToken !== undefined && expiryOf(idToken) > Date.now() + margin) return idToken
  const refreshToken = config['refresh-token']
  if (!refreshToken) throw noToken('No valid id-token, and cannot refresh without refresh-token')
  try {
    const { refreshedIdToken } = await import('./oidc-refresh.ts')
    return await refreshedIdToken(config, refreshToken)
  } catch (cause) {
    throw noToken(`failed to refresh token: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function noToken(reason: string, cause?: unknown): AppError {
  return new AppError(`Unable to connect to the server: ${reason}`, {
    cause,
    code: 'credentials',
    hint: 'Log in to your identity provider again, so that the kubeconfig gets a new id-token and refresh-token.',
  })
}

/** When a JSON web token expires, in milliseconds since 1970; 0 where it cannot be read. */
function expiryOf(token: string): number {
  try {
    const claims: Json = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return (isObject(claims) ? (numberOf(claims.exp) ?? 0) : 0) * 1000
  } catch {
    return 0
  }
}
