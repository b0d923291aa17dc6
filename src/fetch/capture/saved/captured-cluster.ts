import type { JsonObject } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { serviceFacts } from '../../../mesh/api/service-facts.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { type PodLookups, podLookups } from '../../../mesh/pods/pod-lookups.ts'
import { requireRunning } from '../../../mesh/pods/running.ts'
import { keyOfPlace, ownerOf } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'
import { capturedIstiods } from './captured-istiods.ts'
import { capturedLog } from './captured-log.ts'
import { capturedProxy } from './captured-proxy.ts'
import { podsByNode } from './pods-by-node.ts'
import { podsOfPages } from './pods-of-pages.ts'
import { savedApi } from './saved-api.ts'

interface CapturedOptions {
  /** Of `--namespace`. */
  readonly namespace: string | undefined
  note(line: string): void
}

/** A mesh that was captured, as the cluster that it was. */
export function capturedCluster(capture: CaptureFile, { namespace: wanted, note }: CapturedOptions): Cluster {
  const namespace = wanted || capture.manifest?.cluster?.namespace || 'default'
  const pods = podsOfPages(capture)
  const more: ReadonlyMap<string, readonly JsonObject[]> = new Map(pods.length > 0 ? [['/api/v1/pods', pods]] : [])
  const api = savedApi(capture, more)
  const byNode = pods.length > 0 ? podsByNode(capture, pods, { namespace, note }) : undefined
  const lookups = lookupsOf(podLookups(api, namespace), byNode?.pods)
  let captured: ReadonlySet<string> | undefined
  return {
    label: capture.label,
    get captured() {
      captured ??= placesOf(capture)
      return captured
    },
    namespace,
    ...lookups,
    ...(byNode === undefined ? {} : { labelled: byNode.labelled }),
    get: api.get,
    contents: api.contents,
    proxy: (pod, options) => capturedProxy(capture, pod, { about: options?.about, note }),
    open: async (target, options, signal) =>
      capturedProxy(capture, await lookups.pod(target, signal), { about: options?.about, note }),
    async sentTo() {
      throw new AppError(`${capture.label} has nothing of what a control plane would send but istiod's`)
    },
    istiods: (query) => capturedIstiods(capture, lookups, query),
    service: (name, signal) => serviceFacts(api, name, signal),
    log: (pod, query) => capturedLog(capture, pod, query),
    followLog: async (pod, query) => once(await capturedLog(capture, pod, query)),
    close() {},
  }
}

/** The same with another way to find the pods of a target. */
function lookupsOf(lookups: PodLookups, pods: PodLookups['pods'] = lookups.pods): PodLookups {
  return {
    ...lookups,
    pods,
    async pod(target, signal) {
      const [first] = await pods(target, signal)
      return first === undefined ? lookups.pod(target, signal) : requireRunning(first)
    },
  }
}

/** Proxies that were asked for, whether they answered or not; of what has no manifest, those of which there are pages. */
function placesOf({ manifest, names }: CaptureFile): ReadonlySet<string> {
  const places =
    manifest?.proxies ?? names.flatMap((entry) => ownerOf(entry) ?? []).filter(({ kind }) => kind === 'proxy')
  return new Set(places.map(keyOfPlace))
}

/** What was saved does not go on. */
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
