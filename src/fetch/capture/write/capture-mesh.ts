import { allApiKindsOf } from '../../../envoy/control-plane/api-kinds.ts'
import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { type FleetLimits, readFleet } from '../../../mesh/fleet/read-fleet.ts'
import { adminPort } from '../../../mesh/pods/admin-port.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { Progress } from '../../progress.ts'
import { keyOfPlace, manifestEntry } from '../format/layout.ts'
import { type CapturedProxy, type Manifest, manifestFormat, manifestVersion } from '../format/manifest.ts'
import type { CaptureFile } from '../saved/capture-file.ts'
import type { ZipWriter } from '../zip/zip-writer.ts'
import { type CapturedControlPlane, captureIstiods } from './capture-istiods.ts'
import { captureObjects, podPath } from './capture-objects.ts'
import { captureLog, capturePages, type ProxyToCapture } from './capture-proxy.ts'
import { noRedaction, pageRedaction } from './page-redaction.ts'
import { Recorder } from './recorder.ts'

export interface CaptureRequest {
  readonly zip: ZipWriter
  /** The earlier capture that this one resumes: its complete files are copied. */
  readonly before: CaptureFile | undefined
  readonly program: Manifest['program']
  /** Undefined where proxies are files or URLs. */
  readonly mesh: MeshToCapture | undefined
  readonly proxies: readonly ProxyToCapture[]
  /** Bytes that the proxies being read may take together. */
  readonly limits: Omit<FleetLimits, 'maxAhead'>
  /** Undefined where nothing is redacted. */
  readonly redact: readonly RegExp[] | undefined
  /** Called with a pattern of these each time that it matches. */
  redacted?(pattern: RegExp): void
  /** Seconds of logs; undefined for none. */
  readonly logSeconds: number | undefined
  now(): Date
  /** Aborts the capture: what was read until then is kept. */
  readonly signal: AbortSignal
  readonly progress: Progress | undefined
}

interface MeshToCapture {
  readonly cluster: Cluster
  readonly istioNamespace: string
  /** Whose objects are captured; null for all namespaces. */
  readonly namespaces: readonly string[] | null
}

/**
 * Writes a capture. What cannot be read is in its manifest, and the rest is there.
 * @throws AppError `unwritable`
 */
export async function captureMesh(request: CaptureRequest): Promise<Manifest> {
  const { zip, before, mesh, proxies, redact, now, signal } = request
  const redaction = redact === undefined ? noRedaction : pageRedaction(redact, request.redacted)
  const recorder = new Recorder({ zip, redaction, signal, now })
  const started = before?.manifest?.started ?? now().toISOString()
  if (before !== undefined) await takeOver(before, recorder, redact, now)
  const cluster = mesh === undefined ? null : await captureCluster(mesh, proxies, recorder, signal)
  const controlPlane: CapturedControlPlane =
    mesh === undefined
      ? { istiods: [], capture: async () => undefined }
      : await captureIstiods(
          mesh.cluster,
          { namespace: mesh.istioNamespace, isExpected: planesOf(proxies).includes('Istio') },
          recorder,
          signal,
        )
  const read = await readProxies(request, (each) => captureProxy(each, controlPlane, request, recorder))
  const manifest: Manifest = {
    format: manifestFormat,
    version: manifestVersion,
    program: request.program,
    cluster,
    started,
    ended: now().toISOString(),
    interrupted: signal.aborted,
    redaction: { secrets: redact !== undefined, patterns: redact?.length ?? 0 },
    proxies: merged(before?.manifest?.proxies ?? [], read),
    istiods: controlPlane.istiods.length === 0 ? (before?.manifest?.istiods ?? []) : controlPlane.istiods,
    fileCount: recorder.files.length,
    files: [...recorder.files],
    failures: [...recorder.untried(before?.manifest?.failures ?? []), ...recorder.failures],
  }
  await zip.add(manifestEntry, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), now(), 'stored')
  await zip.end()
  return manifest
}

/** What the manifest says of each proxy. When aborted, proxies that are being read are waited for: they still write. */
async function readProxies(
  { proxies, limits, signal, progress }: CaptureRequest,
  capture: (each: ProxyToCapture) => Promise<CapturedProxy | undefined>,
): Promise<readonly CapturedProxy[]> {
  const places = new Map(proxies.map(({ proxy, place }) => [proxy.id, place]))
  const begun: Promise<CapturedProxy | undefined>[] = []
  const task = (proxy: MeshProxy) => {
    const place = places.get(proxy.id)
    if (place === undefined) throw new Error('a proxy that has no place')
    const captured = capture({ proxy, place })
    begun.push(captured)
    return captured
  }
  const fleet = readFleet(
    proxies.map(({ proxy }) => proxy),
    task,
    {
      ...limits,
      maxAhead: Number.POSITIVE_INFINITY,
      signal,
      progress: (done) => progress?.done(done, proxies.length, 'proxies'),
    },
  )
  for await (const outcome of fleet) if ('error' in outcome) throw outcome.error
  return (await Promise.all(begun)).flatMap((proxy) => proxy ?? [])
}

async function captureCluster(
  { cluster, istioNamespace, namespaces }: MeshToCapture,
  proxies: readonly ProxyToCapture[],
  recorder: Recorder,
  signal: AbortSignal,
): Promise<Manifest['cluster']> {
  const kubernetes = await versionOf(cluster, signal)
  const instead = [...new Set([cluster.namespace, istioNamespace])]
  const pods = new Set(proxies.map(({ place }) => podPath(place)))
  const planes = planesOf(proxies)
  const kinds = [...new Set(planes.flatMap(allApiKindsOf))]
  const isIstio = planes.includes('Istio')
  await captureObjects(cluster, { namespaces, instead, pods, kinds, isIstio }, recorder, signal)
  return { server: cluster.label, kubernetes, namespace: cluster.namespace, istioNamespace, namespaces }
}

/** Names of the control planes of these proxies, as their pods tell them, each once. */
function planesOf(proxies: readonly ProxyToCapture[]): readonly string[] {
  const planes = new Set(
    proxies.flatMap(({ proxy }) => (proxy.id.pod === undefined ? [] : adminPort(proxy.id.pod).from)),
  )
  return [...planes].toSorted()
}

/** The version of the API server, for information only: most users who may read pods may read it. */
async function versionOf(cluster: Cluster, signal: AbortSignal): Promise<string | null> {
  try {
    return stringOf(objectOf(await cluster.get('/version', signal)).gitVersion) ?? null
  } catch (error) {
    if (error instanceof AppError || signal.aborted) return null
    throw error
  }
}

/** Both sides of a proxy shortly after each other: what it uses, and what it would be sent. Undefined once aborted. */
async function captureProxy(
  each: ProxyToCapture,
  controlPlane: CapturedControlPlane,
  { mesh, logSeconds, signal }: CaptureRequest,
  recorder: Recorder,
): Promise<CapturedProxy | undefined> {
  if (recorder.stopped) return undefined
  const pages = await capturePages(each, recorder, signal)
  const { pod } = each.proxy.id
  const istiod = pod === undefined ? undefined : await controlPlane.capture(`${pod.name}.${pod.namespace}`)
  if (mesh !== undefined && logSeconds !== undefined) await captureLog(mesh.cluster, each, logSeconds, recorder, signal)
  const connected = istiod === undefined ? null : istiod !== null
  return { ...pages, istiod: istiod ?? null, connected }
}

/**
 * Files that are broken in the earlier capture are read again. Where secrets are taken out now, and were not then or nobody says that they
 * were, or patterns are taken out as well, they are taken out of the earlier files.
 */
async function takeOver(
  before: CaptureFile,
  recorder: Recorder,
  redact: CaptureRequest['redact'],
  now: () => Date,
): Promise<void> {
  const isRedacted = redact === undefined || (redact.length === 0 && before.manifest?.redaction.secrets === true)
  for (const name of before.names) {
    if (name === manifestEntry) continue
    await recorder.attempt(name, async () => {
      const bytes = await before.bytes(name)
      if (bytes === undefined) return
      const written = before.written(name) ?? now()
      if (isRedacted) await recorder.bytes(name, bytes, written)
      else if (name.endsWith('.json')) await recorder.page(name, bytes, name, written)
      else await recorder.text(name, bytes, written)
    })
  }
  recorder.forgetFailures()
}

/** What was read now counts; a page that was there before was not asked again, and what no istiod answers now one may have answered then. */
function merged(before: readonly CapturedProxy[], now: readonly CapturedProxy[]): readonly CapturedProxy[] {
  const old = new Map(before.map((proxy) => [keyOfPlace(proxy), proxy]))
  const read = now.map((proxy) => {
    const earlier = old.get(keyOfPlace(proxy))
    old.delete(keyOfPlace(proxy))
    if (earlier === undefined) return proxy
    const { istiod, connected } = proxy.connected === null ? earlier : proxy
    return { ...proxy, version: proxy.version ?? earlier.version, istiod, connected }
  })
  return [...read, ...old.values()].toSorted((a, b) => (keyOfPlace(a) < keyOfPlace(b) ? -1 : 1))
}
