import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { forbidden } from '../../../mesh/api/rbac.ts'
import type { Api } from './api.ts'

export interface TokenRequest {
  readonly name: string
  readonly namespace: string
  /** Who is to accept the token. */
  readonly audience: string
  /** The pod that it is good for, and as long as that exists; undefined for none. */
  readonly pod?: { readonly name: string; readonly uid: string } | undefined
}

/**
 * Asks the API server for a token of a service account, good for an hour.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 * @throws ApiError with the missing rule when that is forbidden
 */
export async function serviceAccountToken(
  api: Api,
  { name, namespace, audience, pod }: TokenRequest,
  signal?: AbortSignal,
): Promise<string> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/serviceaccounts/${pathSegment(name)}/token`
  const body = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    spec: {
      audiences: [audience],
      expirationSeconds: 3600,
      ...(pod === undefined ? {} : { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', ...pod } }),
    },
  }
  const answer = await forbidden(api.post(path, body, signal), {
    resource: 'serviceaccounts/token',
    verbs: ['create'],
    namespace,
  })
  const token = stringOf(objectOf(answer.status).token)
  if (token === undefined) throw new AppError(`the API server gave no token for service account "${name}"`)
  return token
}
