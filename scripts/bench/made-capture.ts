import type { JsonObject } from '../../src/envoy/json.ts'
import { manifestEntry, objectsEntry, proxyEntry } from '../../src/fetch/capture/format/layout.ts'
import { type Manifest, manifestFormat, manifestVersion } from '../../src/fetch/capture/format/manifest.ts'
import { podPath } from '../../src/fetch/capture/write/capture-objects.ts'
import { noRedaction } from '../../src/fetch/capture/write/page-redaction.ts'
import { Recorder } from '../../src/fetch/capture/write/recorder.ts'
import { createZip } from '../../src/fetch/capture/zip/zip-writer.ts'

/** When captures that are made up were made. */
export const capturedAt = new Date('2026-01-01T00:00:00Z')

interface CapturedProxy {
  readonly name: string
  readonly namespace: string
  /** What the API has of the pod, beside its name. */
  readonly pod: { readonly metadata: JsonObject; readonly spec: JsonObject; readonly status: JsonObject }
  readonly version: string
  /** Pages of the proxy by file: `config_dump.json`. */
  readonly pages: ReadonlyMap<string, Uint8Array>
}

/** Writes a capture as the program does, of proxies that are given. */
export async function writeCapture(
  path: string,
  proxies: readonly CapturedProxy[],
  said: Partial<Manifest> = {},
): Promise<void> {
  const zip = await createZip(path)
  const recorder = new Recorder({
    zip,
    redaction: noRedaction,
    signal: new AbortController().signal,
    now: () => capturedAt,
  })
  const pods = proxies.map(({ name, namespace, pod }) => ({ ...pod, metadata: { ...pod.metadata, name, namespace } }))
  await recorder.json('api/v1/pods.json', { kind: 'List', items: pods })
  for (const pod of pods) {
    const entry = objectsEntry(podPath(pod.metadata))
    await recorder.json(entry, { apiVersion: 'v1', kind: 'Pod', ...pod })
  }
  for (const place of proxies)
    for (const [file, bytes] of place.pages) await recorder.bytes(proxyEntry(place, file), bytes)
  const manifest: Manifest = {
    format: manifestFormat,
    version: manifestVersion,
    program: null,
    cluster: {
      server: 'https://cluster.example:6443',
      kubernetes: 'v1.36.1',
      namespace: 'default',
      istioNamespace: 'istio-system',
      namespaces: null,
    },
    started: capturedAt.toISOString(),
    ended: capturedAt.toISOString(),
    interrupted: false,
    redaction: { secrets: true, patterns: 0 },
    proxies: proxies.map(({ name, namespace, version, pages }) => ({
      name,
      namespace,
      source: null,
      version,
      absent: [
        'config_dump',
        'server_info',
        'clusters',
        'certs',
        'listeners',
        'init_dump',
        'stats',
        'runtime',
        'memory',
      ].filter((page) => !pages.has(`${page}.json`)),
      istiod: null,
      connected: null,
    })),
    istiods: [],
    fileCount: recorder.files.length,
    files: recorder.files,
    failures: [],
    ...said,
  }
  await zip.add(manifestEntry, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), capturedAt, 'stored')
  await zip.end()
}
