import type { SecretFile } from '../../envoy/control-plane/xds-credentials.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { toSnakeCase } from '../../envoy/proto-json/proto-json.ts'
import { AppError } from '../../errors.ts'
import type { AdsQuery } from '../../mesh/ads.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { ownFile } from '../own-file.ts'
import { type MountedFile, mountedFile } from './mounted-file.ts'

/** The client's credentials, and the authorities that it trusts. Held in memory alone. */
type Certificates = Partial<Record<'ca' | 'cert' | 'key', Buffer>>

/** The hint where the Secret cannot be used. */
export const fileFlags = '--xds-ca, --xds-cert and --xds-key take certificates from files instead.'

/**
 * The certificates of a control plane's proxy: of the files that flags name, else of the Secret that is mounted in the proxy's pod, where
 * this control plane has it or the proxy's bootstrap says. Empty where none is known: then the server asks for none, or says that it does.
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
  if (certificateVolume === undefined) return mountedCertificates(cluster, query, readPod, signal)
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
  return { ca: await contentOfMounted(cluster, { kind: 'configmaps', name, namespace, key: 'ca.crt' }, signal) }
}

async function readSecret(
  cluster: KubeCluster,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  signal?: AbortSignal,
): Promise<Certificates> {
  const { data } = await ofProxy(cluster, { kind: 'secrets', name, namespace }, signal)
  const part = (key: string) => stringOf(objectOf(data)[key])
  const [ca, cert, key] = [part('ca.crt'), part('tls.crt'), part('tls.key')]
  if (ca !== undefined && cert !== undefined && key !== undefined) {
    return { ca: Buffer.from(ca, 'base64'), cert: Buffer.from(cert, 'base64'), key: Buffer.from(key, 'base64') }
  }
  throw new AppError(`Secret "${name}" in namespace "${namespace}" lacks ca.crt, tls.crt or tls.key`, {
    hint: fileFlags,
  })
}

/**
 * What the files hold that the proxy's bootstrap names, each by the Secret or ConfigMap behind it; of a certificate that comes by SDS from a
 * file, what that file names. Authorities that Envoy has loaded are in its dump; one of the image itself is left out. The key, whose path
 * Envoy hides, is the one private key beside the certificate.
 * @throws AppError when the proxy's own certificate comes from elsewhere, or its Secret may not be read
 */
async function mountedCertificates(
  cluster: KubeCluster,
  { server, pod }: AdsQuery,
  readPod: () => Promise<JsonObject>,
  signal?: AbortSignal,
): Promise<Certificates> {
  const { ca, authorities, certificate, secretFile } = server.certificates
  const trusted = authorities === undefined ? {} : { ca: Buffer.from(authorities) }
  if ((ca ?? certificate ?? secretFile) === undefined) return trusted
  const spec = objectOf((await readPod()).spec)
  const of = (path: string) => {
    const file = mountedFile(spec, adminPort(pod).container?.name, path)
    return file === undefined ? undefined : { ...file, namespace: pod.namespace }
  }
  const roots = ca === undefined || authorities !== undefined ? undefined : of(ca)
  const all = roots === undefined ? trusted : { ca: await contentOfMounted(cluster, roots, signal) }
  const path = certificate ?? (await certificateOfSecretFile(cluster, secretFile, of, signal))
  if (path === undefined) return all
  const own = of(path)
  if (own?.kind === 'secrets') return { ...all, ...(await certificateWithKey(cluster, own, signal)) }
  throw new AppError(`the proxy has its certificate in the file "${path}", which no Secret of its pod holds`, {
    hint: fileFlags,
  })
}

type MountedInPod = MountedFile & { readonly namespace: string }

/** The path of the certificate that a file of secrets names. @throws AppError when the file is not of the pod's volumes, or names none */
async function certificateOfSecretFile(
  cluster: KubeCluster,
  secretFile: SecretFile | undefined,
  of: (path: string) => MountedInPod | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (secretFile === undefined) return undefined
  const { path, name } = secretFile
  const file = of(path)
  if (file === undefined) {
    throw new AppError(`the proxy has its certificate by the file "${path}", which no volume of its pod holds`, {
      hint: fileFlags,
    })
  }
  const document = await readDocument(await contentOfMounted(cluster, file, signal), path)
  const secrets = objectsOf(objectOf(toSnakeCase(document, 'envoy.service.discovery.v3.DiscoveryResponse')).resources)
  const secret = secrets.find((each) => each.name === name) ?? (secrets.length === 1 ? secrets[0] : undefined)
  const chain = objectOf(objectOf(secret?.tls_certificate).certificate_chain)
  const found = stringOf(chain.filename)
  if (found !== undefined) return found
  throw new AppError(`the file "${path}" of the proxy names no file with the certificate ${name}`, { hint: fileFlags })
}

async function certificateWithKey(
  cluster: KubeCluster,
  file: MountedFile & { readonly namespace: string },
  signal?: AbortSignal,
): Promise<Certificates> {
  const data = objectOf((await ofProxy(cluster, file, signal)).data)
  const parts = Object.entries(data).map(
    ([name, value]) => [name, Buffer.from(stringOf(value) ?? '', 'base64')] as const,
  )
  const cert = parts.find(([name]) => name === file.key)?.[1]
  const keys = parts.filter(([, content]) =>
    /^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/m.test(content.toString('latin1')),
  )
  const [, key] = keys.find(([name]) => keys.length === 1 || name === 'tls.key') ?? []
  if (cert !== undefined && key !== undefined) return { cert, key }
  const lacks = cert === undefined ? file.key : `a private key to ${file.key}`
  throw new AppError(`Secret "${file.name}" in namespace "${file.namespace}" lacks ${lacks}`, { hint: fileFlags })
}

async function contentOfMounted(
  cluster: KubeCluster,
  { kind, name, namespace, key }: MountedFile & { readonly namespace: string },
  signal?: AbortSignal,
): Promise<Buffer> {
  const { data } = await ofProxy(cluster, { kind, name, namespace }, signal)
  const text = stringOf(objectOf(data)[key])
  if (text !== undefined) return Buffer.from(text, kind === 'secrets' ? 'base64' : 'utf8')
  throw new AppError(`${kindNames[kind]} "${name}" in namespace "${namespace}" lacks ${key}`, { hint: fileFlags })
}

const kindNames = { secrets: 'Secret', configmaps: 'ConfigMap' } as const

/** The Secret or ConfigMap with a proxy's certificates. @throws AppError with the missing rule, or that there is none */
async function ofProxy(
  cluster: KubeCluster,
  { kind, name, namespace }: { readonly kind: MountedFile['kind']; readonly name: string; readonly namespace: string },
  signal?: AbortSignal,
): Promise<JsonObject> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/${kind}/${pathSegment(name)}`
  try {
    return await forbidden(cluster.get(path, signal), { resource: kind, verbs: ['get'], namespace })
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error
    const hints = error.status === 403 ? [...error.hintLines, fileFlags] : [fileFlags]
    throw new AppError(
      `the proxy's certificates are in ${kindNames[kind]} "${name}" of namespace "${namespace}": ${error.message}`,
      { cause: error, hint: hints },
    )
  }
}
