import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeCapture } from '../../scripts/bench/made-capture.ts'
import { corpus, filesIn } from '../conformance/corpus.ts'

/** Dumps of real meshes in the corpus: proxies whose endpoints are each other's pods. */
const meshes: Readonly<Record<string, () => readonly string[]>> = {
  'an istioctl bug-report': () =>
    filesIn('dumps/istio+istio').filter((file) =>
      /\/bugreport-1\.20-dev__proxies__.*__config_dump_Q_include_eds\.json$/.test(file),
    ),
  'a lab of Istio': () =>
    ['sidecar', 'gateway', 'ecds', 'nack', 'staging'].map((name) => `lab/raw/${name}/config_dump_include_eds.json`),
}

export const meshNames: readonly string[] = Object.keys(meshes)

/** A pod of a captured mesh. */
export interface CapturedPod {
  /** `POD.NAMESPACE`. */
  readonly id: string
  /** The path of its dump. */
  readonly dump: string
}

/** Writes a capture of a mesh of the corpus, with the address of each pod as its proxy knows it. */
export async function writeMeshCapture(path: string, mesh: string): Promise<CapturedPod[]> {
  const pods = (meshes[mesh]?.() ?? []).map((file) => podOf(join(corpus, file)))
  assert.ok(pods.length > 1, mesh)
  await writeCapture(
    path,
    pods.map(({ name, namespace, ip, pages }) => ({
      name,
      namespace,
      version: '1.28.0',
      pages,
      pod: {
        metadata: { labels: {} },
        spec: { nodeName: 'node-1', containers: [{ name: 'istio-proxy', image: 'istio/proxyv2:1.20.0' }] },
        status: {
          phase: 'Running',
          podIP: ip,
          containerStatuses: [
            { name: 'istio-proxy', ready: true, restartCount: 0, image: 'x', state: { running: {} } },
          ],
        },
      },
    })),
  )
  return pods.map(({ name, namespace, dump }) => ({ id: `${name}.${namespace}`, dump }))
}

function podOf(dump: string) {
  const bytes = readFileSync(dump)
  // `sidecar~10.1.2.3~web-7f.default~default.svc.cluster.local`
  const [, ip = '', name = '', namespace = ''] =
    /"id":\s*"(?:sidecar|router)~([^~"]+)~([^~".]+)\.([^~"]+)~/.exec(bytes.toString()) ?? []
  assert.notEqual(name, '', dump)
  const pages = new Map([['config_dump.json', bytes]])
  const beside = [
    ['server_info.json', dump.replace(/config_dump[^/]*$/, 'server_info.json')],
    ['clusters.json', join(dirname(dump), 'clusters_format_json.json')],
  ] as const
  for (const [page, file] of beside) if (existsSync(file)) pages.set(page, readFileSync(file))
  return { name, namespace, ip, pages, dump }
}
