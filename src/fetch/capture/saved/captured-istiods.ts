import { readDocument } from '../../../envoy/input/read-document.ts'
import type { Json } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { type Istiod, type IstiodQuery, NotServedError } from '../../../mesh/istiod.ts'
import { controlPlanePods } from '../../../mesh/istiods/control-plane-pods.ts'
import { istiodEntry, type PlaceOfPod, sentEntry } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'

/**
 * The replicas of a control plane whose pages are in a capture, and those that could not be asked.
 * @throws AppError when one outside the cluster is named
 */
export async function capturedIstiods(
  capture: CaptureFile,
  cluster: Pick<Cluster, 'list'>,
  query: IstiodQuery,
): Promise<readonly Istiod[]> {
  if (query.address !== undefined)
    throw new AppError(`${capture.label} stands for the cluster: only a live control plane answers at --xds-address`)
  const pods = await controlPlanePods(cluster, query)
  return pods.map((pod) => capturedIstiod(capture, pod))
}

function capturedIstiod(capture: CaptureFile, istiod: PlaceOfPod): Istiod {
  const { name } = istiod

  async function page(entry: string, path: string): Promise<Uint8Array> {
    const bytes = await capture.bytes(entry)
    if (bytes !== undefined) return bytes
    const failure = capture.failure(entry)
    if (failure !== undefined)
      throw new AppError(failure.message, { hint: `So it was when ${capture.label} was made.` })
    throw new NotServedError(`${capture.label} has no /debug/${path} of ${name}`)
  }

  async function syncz(): Promise<Json> {
    return readDocument(await page(istiodEntry(istiod, 'syncz.json'), 'syncz'), `the answer of ${name}`)
  }

  return {
    name,
    syncz,
    async debug(path) {
      const [, ofProxy, query] = /^(config_dump|edsz)\?(.*)$/.exec(path) ?? []
      if (ofProxy === undefined) return page(istiodEntry(istiod, `${path}.json`), path)
      const file = ofProxy === 'edsz' ? 'edsz.json' : 'config_dump.json'
      // Of a connection, the number behind the name of its proxy.
      const proxy = (new URLSearchParams(query).get('proxyID') ?? '').replace(/-\d+$/, '')
      const entry = sentEntry(istiod, proxy, file)
      if (file === 'edsz.json' || capture.has(entry)) return page(entry, path)
      return notSent(capture, proxy, entry)
    },
    // What it gave over xDS lies in the capture as its dump.
    packedDump: async () => undefined,
  }
}

/** That the replica does not know the proxy; or that nobody asked it. */
function notSent({ label, manifest, failure }: CaptureFile, proxy: string, entry: string): undefined {
  const asked = manifest?.proxies.find(({ name, namespace }) => `${name}.${namespace}` === proxy)
  if (asked?.connected === false) return undefined
  const failed = failure(entry)
  if (failed !== undefined) throw new AppError(failed.message, { hint: `So it was when ${label} was made.` })
  throw new AppError(`${label} does not hold what istiod would send to ${proxy}: it was not captured`)
}
