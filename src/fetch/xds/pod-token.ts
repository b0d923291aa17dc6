import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { AdsQuery } from '../../mesh/ads.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { tokenOf } from './credentials.ts'

/** A token that a control plane knows a proxy by. */
interface XdsToken {
  readonly token: string | undefined
  /** It is that of a pod: the node has to have the pod's name. */
  readonly ofPod: boolean
}

/**
 * The token of the file that a flag names, else one like the proxy's own where its pod has a volume for it: of its service account, for
 * the same audience, bound to the pod.
 * @param readPod gives the proxy's pod
 * @throws ApiError with the missing rule when no token may be made; AppError for one that would harm the control plane
 */
export async function xdsToken(
  cluster: KubeCluster,
  { access, pod, options }: AdsQuery,
  readPod: () => Promise<JsonObject>,
  signal?: AbortSignal,
): Promise<XdsToken> {
  const given = tokenOf(options.tokenFile)
  if (given !== undefined) {
    const bound = podOfToken(given)
    if (access.tokenVolume !== undefined && bound === 'none') throw unbound(pod, options.tokenFile)
    return { token: given, ofPod: bound === 'a pod' }
  }
  const source = access.tokenVolume === undefined ? undefined : projected(await readPod(), access.tokenVolume)
  if (source === undefined) return { token: undefined, ofPod: false }
  const { audience, account, uid } = source
  const request = { name: account, namespace: pod.namespace, audience, pod: { name: pod.name, uid } }
  return { token: await cluster.token(request, signal), ofPod: true }
}

/** What a pod's volume asks the kubelet for; undefined where there is no such volume, or it is for the API server. */
function projected({ metadata, spec }: JsonObject, volume: string) {
  const { volumes, serviceAccountName } = objectOf(spec)
  const found = objectsOf(volumes).find(({ name }) => name === volume)
  const audience = objectsOf(objectOf(found?.projected).sources)
    .map(({ serviceAccountToken }) => stringOf(objectOf(serviceAccountToken).audience))
    .find((each) => each !== undefined)
  const uid = stringOf(objectOf(metadata).uid)
  if (audience === undefined || uid === undefined) return undefined
  return { audience, account: stringOf(serviceAccountName) ?? 'default', uid }
}

/** What a token of a service account is bound to; undefined where it is none that can be read. (Kubernetes: claim kubernetes.io) */
function podOfToken(token: string): 'a pod' | 'none' | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { 'kubernetes.io': account } = objectOf(claims)
    if (account === undefined) return undefined
    return stringOf(objectOf(objectOf(account).pod).name) === undefined ? 'none' : 'a pod'
  } catch {
    return undefined
  }
}

/**
 * Envoy Gateway reads the pod's name of a token without looking whether there is one (v1.9.1, internal/xds/server/kubejwt): it is not shown
 * such a token.
 */
function unbound({ name, namespace }: AdsQuery['pod'], file = ''): AppError {
  return new AppError(
    `the token in "${file}" is bound to no pod, and a proxy's is: the control plane is not asked with it`,
    {
      hint: `kubectl create token ACCOUNT -n ${namespace} --audience AUDIENCE --bound-object-kind Pod --bound-object-name ${name}; volume sa-token of the pod has the audience.`,
    },
  )
}
