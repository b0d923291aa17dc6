import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { adminPort } from '../../../mesh/pods/admin-port.ts'
import { allOf } from '../../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import { type CapturedPage, capturedPages, logFile, type PlaceOfPod, proxyEntry } from '../format/layout.ts'
import type { CapturedProxy } from '../format/manifest.ts'
import type { Recorder } from './recorder.ts'

/** A proxy to be captured, and the place that it takes. */
export interface ProxyToCapture {
  readonly proxy: MeshProxy
  readonly place: PlaceOfPod
}

/** Captures the pages of a proxy, one after the other: each may be large. @returns what the manifest says of it, but for its istiod */
export async function capturePages(
  { proxy, place }: ProxyToCapture,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<Omit<CapturedProxy, 'istiod' | 'connected'>> {
  const absent: string[] = []
  // A file that cannot be read fails for every page in the same way.
  const isFile = proxy.id.pod === undefined && !proxy.live
  let version: string | null = null
  for (const page of capturedPages) {
    const entry = proxyEntry(place, page.file)
    if (recorder.has(entry)) continue
    await recorder.attempt(entry, async () => {
      const bytes = await bytesOf(proxy, page, signal)
      if (bytes === 'absent' && page.name === 'config_dump' && proxy.live) throw noDump(proxy)
      if (bytes === 'absent') absent.push(page.name)
      else if (page.holds === 'text') await recorder.text(entry, bytes)
      else {
        const document = await recorder.page(entry, bytes, `the answer from ${proxy.label}`)
        if (page.name === 'server_info') version = versionOf(stringOf(objectOf(document).version))
      }
    })
    const reason = recorder.reason(entry)
    if (reason !== undefined && (isFile || silent.has(reason))) break
  }
  const source = proxy.id.pod === undefined ? proxy.label : null
  return { ...place, source, version, absent }
}

/** Every Envoy has this page: what lacks it is another server. */
function noDump({ label }: MeshProxy): AppError {
  return new AppError(`${label} has no /config_dump (HTTP status 404): it is not Envoy's admin interface`, {
    code: 'admin-status',
  })
}

/** Of a proxy that does not answer at all, every page would take as long to fail. */
const silent = new Set([
  'connection-refused',
  'unreachable',
  'timeout',
  'no-answer',
  'forbidden',
  'unauthorized',
  'not-found',
])

async function bytesOf(
  proxy: MeshProxy,
  { path, method }: CapturedPage,
  signal: AbortSignal,
): Promise<Uint8Array | 'absent'> {
  if (method === 'POST') return (await proxy.post?.(path, signal)) ?? 'absent'
  const page = await proxy.page(path, signal)
  return page === 'absent' ? page : allOf(page)
}

/** `1.36.2` of `COMMIT/1.36.2/Clean/RELEASE/BoringSSL`. */
function versionOf(text: string | undefined): string | null {
  return text?.split('/')[1] ?? text ?? null
}

/** Captures the log of the container that runs the proxy. */
export async function captureLog(
  cluster: Cluster,
  { proxy, place }: ProxyToCapture,
  sinceSeconds: number,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const { pod } = proxy.id
  const entry = proxyEntry(place, logFile)
  if (pod === undefined || recorder.has(entry)) return
  const container = adminPort(pod).container?.name
  if (container === undefined) return
  await recorder.attempt(entry, async () =>
    recorder.text(entry, await cluster.log(pod, { container, sinceSeconds }, signal)),
  )
}
