import { readDocument } from '../../../envoy/input/read-document.ts'
import { AppError } from '../../../errors.ts'
import { ApiError } from '../../../mesh/api/api-error.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { type Istiod, NotServedError } from '../../../mesh/istiod.ts'
import { readProxyDump } from '../../../mesh/istiods/proxy-dump.ts'
import { istiodEntry, sentEntry } from '../format/layout.ts'
import type { CapturedIstiod } from '../format/manifest.ts'
import type { Recorder } from './recorder.ts'

/** Pages of an istiod about all of its proxies, beside `syncz`. */
const pages = ['connections', 'push_status'] as const

/** The control plane of a mesh while it is captured. */
export interface CapturedControlPlane {
  readonly istiods: readonly CapturedIstiod[]
  /**
   * Captures what a proxy would be sent.
   * @param proxy `POD.NAMESPACE`
   * @returns the istiod that has it; null where none knows it, undefined where that is not known
   */
  capture(proxy: string): Promise<string | null | undefined>
}

/** Where an istiod would be. */
interface IstiodPlace {
  readonly namespace: string
  /** Whether a proxy of Istio is captured: without one, that its namespace may not be read is no failure. */
  readonly isExpected: boolean
}

/** Captures what every replica says of the mesh. Where there is no Istio, there is nothing of it. */
export async function captureIstiods(
  cluster: Cluster,
  { namespace, isExpected }: IstiodPlace,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<CapturedControlPlane> {
  const listed = async () => {
    try {
      return await istiodsOf(cluster, namespace, signal)
    } catch (error) {
      if (!isExpected && error instanceof ApiError && error.status === 403) return []
      throw error
    }
  }
  const found = (await recorder.attempt(`istiods/${namespace}`, listed)) ?? []
  const replicas = found.map(askedOnce)
  const images = await imagesOf(cluster, namespace, signal)
  for (const istiod of replicas) {
    const place = { namespace, name: istiod.name }
    const syncz = istiodEntry(place, 'syncz.json')
    if (!recorder.has(syncz))
      await recorder.attempt(syncz, async () => recorder.json(syncz, await istiod.syncz(signal)))
    for (const name of pages) await capturePage(istiod, name, istiodEntry(place, `${name}.json`), recorder, signal)
  }
  return {
    istiods: replicas.map(({ name }) => ({ name, namespace, image: images.get(name) ?? null })),
    capture: (proxy) => captureSent(replicas, namespace, proxy, recorder, signal),
  }
}

function istiodsOf(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<readonly Istiod[]> {
  const xds = { plaintext: false, insecure: false, certDir: undefined, authority: undefined }
  const query = { namespace, revision: undefined, selector: undefined, address: undefined, xdsPort: undefined, xds }
  return cluster.istiods(query, signal)
}

async function capturePage(
  istiod: Istiod,
  page: string,
  entry: string,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  if (recorder.has(entry)) return
  await recorder.attempt(entry, async () => {
    const body = await istiod.debug(page, signal).catch(notServed)
    if (body !== undefined) await recorder.json(entry, await readDocument(body, entry))
  })
}

async function captureSent(
  replicas: readonly Istiod[],
  namespace: string,
  proxy: string,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  if (replicas.length === 0) return undefined
  const there = replicas.find(({ name }) => recorder.has(sentEntry({ namespace, name }, proxy, 'config_dump.json')))
  if (there !== undefined) return there.name
  const [first] = replicas
  const unknown = sentEntry({ namespace, name: first?.name ?? '' }, proxy, 'config_dump.json')
  return recorder.attempt(unknown, async () => {
    const { dump, failures } = await readProxyDump(replicas, proxy, signal)
    const [failure] = failures
    if (dump === undefined && failure !== undefined) throw failure.error
    if (dump === undefined) return null
    const istiod = { namespace, name: dump.istiod }
    const entry = sentEntry(istiod, proxy, 'config_dump.json')
    await recorder.page(entry, dump.dump)
    if (dump.edsz !== undefined) {
      const { edsz } = dump
      const endpoints = sentEntry(istiod, proxy, 'edsz.json')
      await recorder.attempt(endpoints, () => recorder.page(endpoints, edsz))
    }
    return dump.istiod
  })
}

/** What it says of all proxies is asked once, and not again for each. */
function askedOnce(istiod: Istiod): Istiod {
  let connections: ReturnType<Istiod['debug']> | undefined
  return {
    ...istiod,
    debug(path, signal) {
      if (path !== 'connections') return istiod.debug(path, signal)
      connections ??= istiod.debug(path, signal)
      return connections
    },
  }
}

function notServed(error: unknown): undefined {
  if (!(error instanceof NotServedError)) throw error
}

async function imagesOf(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    const pods = await cluster.list({ namespace }, signal)
    return new Map(pods.flatMap(({ name, containers: [first] }) => (first === undefined ? [] : [[name, first.image]])))
  } catch (error) {
    // They only tell the version.
    if (error instanceof AppError) return new Map()
    throw error
  }
}
