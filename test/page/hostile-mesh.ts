import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestEntry, objectsEntry, proxyEntry } from '../../src/fetch/capture/format/layout.ts'
import { type Manifest, manifestFormat, manifestVersion } from '../../src/fetch/capture/format/manifest.ts'
import { podPath } from '../../src/fetch/capture/write/capture-objects.ts'
import { noRedaction } from '../../src/fetch/capture/write/page-redaction.ts'
import { Recorder } from '../../src/fetch/capture/write/recorder.ts'
import { createZip } from '../../src/fetch/capture/zip/zip-writer.ts'
import { hostileDump } from './hostile-dump.ts'
import { hostileTexts } from './hostile-texts.ts'

const at = new Date('2026-01-01T00:00:00Z')
const texts = Object.values(hostileTexts)
const fixture = join(import.meta.dirname, '../fixtures/sidecar')

/** Writes a capture in which pods, namespaces, nodes, labels and control planes have hostile names, and one proxy a hostile dump. */
export async function writeHostileCapture(path: string): Promise<void> {
  const zip = await createZip(path)
  const recorder = new Recorder({ zip, redaction: noRedaction, signal: new AbortController().signal, now: () => at })
  // An archive has names of at most 65,535 bytes, and of whole characters.
  const named = texts.filter((text) => text !== '' && text.isWellFormed() && text.length < 1000)
  const places = named.map((text, index) => ({ name: text, namespace: index % 2 === 0 ? text : 'default' }))
  const pods = places.map((place) => ({
    metadata: { ...place, creationTimestamp: at.toISOString(), labels: { app: place.name, [place.name]: place.name } },
    spec: {
      nodeName: place.name,
      serviceAccountName: place.name,
      containers: [{ name: 'istio-proxy', image: place.name, args: ['proxy', 'sidecar', place.name] }],
    },
    status: { phase: 'Running', podIP: place.name, conditions: [], containerStatuses: [] },
  }))
  await recorder.json('api/v1/pods.json', { kind: 'List', items: pods })
  for (const pod of pods)
    await recorder.json(objectsEntry(podPath(pod.metadata)), { apiVersion: 'v1', kind: 'Pod', ...pod })
  for (const [index, place] of places.entries()) {
    const dump = index === 0 ? hostileDump(texts) : hostileDump([place.name])
    await recorder.bytes(proxyEntry(place, 'config_dump.json'), Buffer.from(dump))
    await recorder.json(proxyEntry(place, 'server_info.json'), { version: place.name, state: place.name })
    await recorder.bytes(proxyEntry(place, 'certs.json'), Buffer.from(hostileCertificates(place.name)))
    await recorder.bytes(proxyEntry(place, 'stats.json'), readFileSync(join(fixture, 'stats.json')))
  }
  const manifest: Manifest = {
    format: manifestFormat,
    version: manifestVersion,
    program: { name: texts[0] ?? '', version: texts[0] ?? '' },
    cluster: {
      server: named[0] ?? '',
      kubernetes: named[1] ?? null,
      namespace: 'default',
      istioNamespace: 'istio-system',
      namespaces: null,
    },
    started: at.toISOString(),
    ended: at.toISOString(),
    interrupted: false,
    redaction: { secrets: true, patterns: 0 },
    proxies: places.map((place) => ({
      ...place,
      source: place.name,
      version: place.name,
      absent: [],
      istiod: null,
      connected: null,
    })),
    istiods: [],
    fileCount: recorder.files.length,
    files: recorder.files,
    failures: named.map((text) => ({
      path: `proxies/${text}/config_dump.json`,
      status: null,
      reason: text,
      message: text,
    })),
  }
  await zip.add(manifestEntry, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), at, 'stored')
  await zip.end()
}

/** Writes dumps into a folder, each under a hostile name, as far as a file system has such names. */
export function writeHostileFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const files = texts
    .filter((text) => text.trim() !== '' && !text.includes('\0') && text.isWellFormed() && text.length < 200)
    .map((text) => join(folder, `${text.replaceAll('/', '\u2215')}.json`))
  for (const file of files) writeFileSync(file, readFileSync(join(fixture, 'config_dump.json')))
  return files
}

/** Envoy's page of certificates with this text where it takes one from a certificate or a path. */
function hostileCertificates(text: string): string {
  const certificate = {
    path: text,
    serial_number: text,
    subject_alt_names: [{ uri: text }, { dns: text }],
    days_until_expiration: '2962',
    valid_from: text,
    expiration_time: '2035-01-01T00:00:00Z',
  }
  return JSON.stringify({ certificates: [{ ca_cert: [certificate], cert_chain: [certificate] }] })
}
