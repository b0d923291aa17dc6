import type { ConnectionOptions } from 'node:tls'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
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
export async function certificates(
  cluster: KubeCluster,
  query: AdsQuery,
  readPod: () => Promise<JsonObject>,
  signal?: AbortSignal,
): Promise<Certificates> {
  const { caFile, certificateFile, keyFile } = query.options
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new AppError('--xds-cert and --xds-key go together')
  }
  if ((caFile ?? certificateFile) !== undefined) {
    return { ...fileOf('ca', caFile), ...fileOf('cert', certificateFile), ...fileOf('key', keyFile) }
  }
  const { certificateVolume } = query.access
  if (certificateVolume === undefined) return {}
  const { secret, configMap } = await volumeOf(certificateVolume, readPod)
  const { namespace } = query.pod
  if (secret !== undefined) return readSecret(cluster, { name: secret, namespace }, signal)
  return configMap === undefined ? {} : readRoots(cluster, { name: configMap, namespace }, signal)
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

/** The proxy's pod as the API server has it, which is read when it is first asked for. @throws ApiError with the missing rule */
export function podReader(
  cluster: KubeCluster,
  { name, namespace }: AdsQuery['pod'],
  signal?: AbortSignal,
): () => Promise<JsonObject> {
  let read: Promise<JsonObject> | undefined
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}`
  return () => {
    read ??= forbidden(cluster.get(path, signal), { resource: 'pods', verbs: ['get'], namespace })
    return read
  }
}

/** The names of what is behind the volume that the control plane's proxies have their certificates in. */
async function volumeOf(
  certificateVolume: string,
  readPod: () => Promise<JsonObject>,
): Promise<{ readonly secret: string | undefined; readonly configMap: string | undefined }> {
  const { spec } = await readPod()
  const volume = objectsOf(objectOf(spec).volumes).find((each) => each.name === certificateVolume)
  return {
    secret: stringOf(objectOf(volume?.secret).secretName),
    configMap: stringOf(objectOf(volume?.configMap).name),
  }
}

/** The root certificate of a proxy that shows none of its own. */
async function readRoots(
  cluster: KubeCluster,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  signal?: AbortSignal,
): Promise<Certificates> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/configmaps/${pathSegment(name)}`
  const { data } = await forbidden(cluster.get(path, signal), { resource: 'configmaps', verbs: ['get'], namespace })
  const ca = stringOf(objectOf(data)['ca.crt'])
  if (ca === undefined)
    throw new AppError(`ConfigMap "${name}" in namespace "${namespace}" lacks ca.crt`, { hint: fileFlags })
  return { ca: Buffer.from(ca) }
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
