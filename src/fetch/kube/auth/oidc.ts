import type { User } from '@kubernetes/client-node'
import { AppError } from '../../../errors.ts'
import type { AuthProvider } from '../access/access.ts'

/**
 * The ID token of the `oidc` auth provider, refreshed when it has expired. client-node does the OpenID Connect part; it is
 * loaded only here, because it is large. A refreshed token is used for this run and not written to the kubeconfig.
 * @throws AppError for other providers (kubectl dropped azure and gcp in 1.26) and when no valid token can be had
 */
export async function oidcToken(provider: AuthProvider): Promise<string> {
  if (provider.name !== 'oidc') {
    throw new AppError(`no Auth Provider found for name "${provider.name}"`, {
      hint: 'kubectl removed it as well; use the credential plugin of your cloud (for example kubelogin or gke-gcloud-auth-plugin).',
    })
  }
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js')
  const user: User = { name: 'oidc', authProvider: { name: 'oidc', config: { ...provider.config } } }
  const options: { headers: Record<string, string> } = { headers: {} }
  try {
    await new OpenIDConnectAuth().applyAuthentication(user, options)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(`Unable to connect to the server: failed to refresh token: ${reason}`, {
      cause,
      code: 'credentials',
      hint: logInAgain,
    })
  }
  const token = options.headers.Authorization?.replace(/^Bearer /, '')
  if (token === undefined)
    throw new AppError('Unable to connect to the server: No valid id-token, and cannot refresh without refresh-token', {
      code: 'credentials',
      hint: logInAgain,
    })
  return token
}

const logInAgain =
  'Log in to your identity provider again, so that the kubeconfig gets a new id-token and refresh-token.'
