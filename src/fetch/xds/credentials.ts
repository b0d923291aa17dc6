import type { ConnectionOptions } from 'node:tls'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { AdsQuery } from '../../mesh/ads.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { ownFile } from '../own-file.ts'

/** The client's credentials, and the authorities that it trusts. Held in memory alone. */
type Certificates = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>

/** The next step where the Secret is no way. */
export const fileFlags = '--xds-ca, --xds-cert and --xds-key take certificates from files instead.'

/**
 * The certificates of a control plane's proxy: of the files that flags name, else of the Secret that is mounted in the proxy's pod.
 * Empty where neither is known: then the server asks for none, or says that it does.
 * @throws AppError when a file cannot be read; ApiError with the missing rule when the Secret may not be
 */
export async function certificates(cluster: KubeCluster, query: AdsQuery, signal?: AbortSignal): Promise<Certificates> {
  const { caFile, certificateFile, keyFile } = query.options
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new AppError('--xds-cert and --xds-key go together')
  }
  if ((caFile ?? certificateFile) !== undefined) {
    return { ...fileOf('ca', caFile), ...fileOf('cert', certificateFile), ...fileOf('key', keyFile) }
  }
  const name = await secretName(cluster, query, signal)
  return name === undefined ? {} : readSecret(cluster, { name, namespace: query.pod.namespace }, signal)
}

/** A token from a file, without the line end behind it. */
export function tokenOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : contentOf(file).toString('utf8').trim()
}

function fileOf(part: keyof Certificates, path: string | undefined): Certificates {
  return path === undefined ? {} : { [part]: contentOf(path) }
}

function contentOf(path: string): Buffer {
  try {
    return ownFile(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(`cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** The Secret behind the volume that the control plane's proxies have their certificates in. */
async function secretName(
  cluster: KubeCluster,
  { pod, access }: AdsQuery,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (access.certificateVolume === undefined) return undefined
  const { name, namespace } = pod
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}`
  const object = await forbidden(cluster.get(path, signal), { resource: 'pods', verbs: ['get'], namespace })
  const volume = objectsOf(objectOf(object.spec).volumes).find((each) => each.name === access.certificateVolume)
  return stringOf(objectOf(volume?.secret).secretName)
}

async function readSecret(
  cluster: KubeCluster,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  signal?: AbortSignal,
): Promise<Certificates> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/secrets/${pathSegment(name)}`
  try {
    const secret = await forbidden(cluster.get(path, signal), { resource: 'secrets', verbs: ['get'], namespace })
    const part = (key: string) => stringOf(objectOf(secret.data)[key])
    const [ca, cert, key] = [part('ca.crt'), part('tls.crt'), part('tls.key')]
    if (ca !== undefined && cert !== undefined && key !== undefined) {
      return { ca: Buffer.from(ca, 'base64'), cert: Buffer.from(cert, 'base64'), key: Buffer.from(key, 'base64') }
    }
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error
    const hints = error.status === 403 ? [...error.hintLines, fileFlags] : [fileFlags]
    throw new AppError(
      `the proxy's certificates are in Secret "${name}" of namespace "${namespace}": ${error.message}`,
      {
        cause: error,
        hint: hints,
      },
    )
  }
  throw new AppError(`Secret "${name}" in namespace "${namespace}" lacks ca.crt, tls.crt or tls.key`, {
    hint: fileFlags,
  })
}
