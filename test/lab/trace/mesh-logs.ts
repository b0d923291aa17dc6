import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Lab, LabPod } from '../lab.ts'
import { accessLog, type LogLine } from './envoy.ts'

/** A proxy of the lab whose access log is read. */
export interface LoggedProxy {
  readonly name: string
  readonly namespace: string
  /** Selects its pod, and others like it: they write into one log. */
  readonly labels: Readonly<Record<string, string>>
}

type Counts = (line: LogLine, place: number) => boolean
type Enough = (found: readonly LogLine[]) => boolean

export interface MeshLogs {
  /** Lines of a proxy's log that count, once they are enough, or no more come. */
  lines(proxy: string, counts: Counts, enough: Enough): Promise<LogLine[]>
  remove(): Promise<void>
}

/** For configuration to arrive, in milliseconds. */
const patience = 60_000

/** For more lines to be written, since the last ones were: pilot-agent has Envoy write every second. */
const flush = 6_000

/** Makes proxies log what they do, by EnvoyFilters, along with other objects of Istio. Returns when their Envoys have them. */
export async function logRequests(lab: Lab, proxies: readonly LoggedProxy[], objects: string): Promise<MeshLogs> {
  const folder = mkdtempSync(join(tmpdir(), 'trace-mesh-'))
  // Proxies run as a user of their own.
  chmodSync(folder, 0o777)
  const manifest = join(folder, 'objects.yaml')
  const filters = proxies.map((proxy) => JSON.stringify(filterFor(proxy, folder)))
  writeFileSync(manifest, [objects, ...filters].join('\n---\n'))
  const remove = async (): Promise<void> => {
    await lab.kubectl('delete', '--ignore-not-found', '-f', manifest)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { code, stderr } = await lab.kubectl('apply', '-f', manifest)
    if (code !== 0) throw new Error(stderr)
    return { remove, lines: (proxy, counts, enough) => linesOf(join(folder, `${proxy}.log`), counts, enough) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Waits until a text is in the listeners, or another part, of a pod's Envoy. */
export async function awaitConfig(lab: Lab, pod: LabPod, text: string): Promise<void> {
  for (const deadline = Date.now() + patience; ; await sleep(250)) {
    if ((await lab.admin(pod, 'config_dump')).includes(text)) return
    if (Date.now() > deadline) throw new Error(`${pod.name} did not get ${text}`)
  }
}

/** Listeners log as well: a connection that no filter chain takes has no other log. */
function filterFor({ name, namespace, labels }: LoggedProxy, folder: string): JsonObject {
  const log = accessLog(folder).map((one) => ({
    ...one,
    typed_config: { ...(one.typed_config as JsonObject), path: join(folder, `${name}.log`) },
  }))
  const network = (filter: string, type: string): JsonObject => ({
    applyTo: 'NETWORK_FILTER',
    match: { listener: { filterChain: { filter: { name: `envoy.filters.network.${filter}` } } } },
    patch: {
      operation: 'MERGE',
      value: {
        typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.network.${type}`, access_log: log },
      },
    },
  })
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: `trace-${name}`, namespace },
    spec: {
      workloadSelector: { labels },
      configPatches: [
        network('http_connection_manager', 'http_connection_manager.v3.HttpConnectionManager'),
        network('tcp_proxy', 'tcp_proxy.v3.TcpProxy'),
        { applyTo: 'LISTENER', patch: { operation: 'MERGE', value: { access_log: log } } },
      ],
    },
  }
}

async function linesOf(path: string, counts: Counts, enough: Enough): Promise<LogLine[]> {
  let known = -1
  for (let deadline = 0; ; await sleep(200)) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    const lines = whole.filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine)
    const found = lines.filter(counts)
    if (found.length !== known) deadline = Date.now() + flush
    known = found.length
    if (enough(found) || Date.now() > deadline) return found
  }
}
