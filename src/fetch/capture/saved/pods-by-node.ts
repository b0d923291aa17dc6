import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import type { Cluster } from '../../../mesh/cluster.ts'
import { type Pod, readPod } from '../../../mesh/pods/pod.ts'
import { type PodLookups, podLookups } from '../../../mesh/pods/pod-lookups.ts'
import { parseTarget } from '../../../mesh/pods/target.ts'
import { findWorkload } from '../../../mesh/pods/workloads.ts'
import { keyOfPlace, proxyEntry } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'
import { NotCapturedError, podsHint, savedApi } from './saved-api.ts'

interface Options {
  /** Of targets that name none. */
  readonly namespace: string
  note(line: string): void
}

/**
 * Pods by labels and by workload where a capture has no list of pods: by `LABELS` and `OWNER` in the metadata of their nodes, which Istio
 * gives its proxies. Where these are not there either, the labels of a pod are not known, and no selector is held against it.
 * @param pods stand for those of which only pages are there
 */
export function podsByNode(
  capture: CaptureFile,
  pods: readonly JsonObject[],
  { namespace, note }: Options,
): Required<Pick<Cluster, 'labelled' | 'pods'>> {
  let read: ReturnType<typeof knownPods> | undefined
  const known = () => {
    read ??= knownPods(capture, pods)
    return read
  }
  const lookups = async () =>
    podLookups(savedApi(capture, new Map([['/api/v1/pods', (await known()).objects]])), namespace)
  return {
    async labelled(query, signal) {
      const { list } = await lookups()
      const found = await list(query, signal)
      const listed = await list({ ...query, selector: undefined }, signal)
      const { unlabelled } = await known()
      const without = listed.filter((pod) => unlabelled.has(keyOfPlace(pod)))
      if (without.length === 0) return found
      const matching = found.filter((pod) => !unlabelled.has(keyOfPlace(pod)))
      if (matching.length === 0) throw notKnown(capture, query.selector ?? '', without.length === listed.length)
      note(
        without.length === 1
          ? `${capture.label} does not have the labels of 1 pod, which is not in the answer.`
          : `${capture.label} does not have the labels of ${without.length} pods, which are not in the answer.`,
      )
      return matching
    },
    async pods(target, signal) {
      const base = podLookups(savedApi(capture, new Map([['/api/v1/pods', pods]])), namespace)
      try {
        return await base.pods(target, signal)
      } catch (error) {
        const owned = error instanceof NotCapturedError ? await ownedPods(target, namespace, await known()) : []
        if (owned.length === 0) throw error
        return owned
      }
    },
  }
}

function notKnown(capture: CaptureFile, selector: string, isEvery: boolean): AppError {
  const { label } = capture
  const message = isEvery
    ? `${label} does not have the labels of its pods: which of them match "${selector}" is not known`
    : `no pods whose labels are known match "${selector}", and ${label} does not have the labels of all`
  return new AppError(message, { hint: podsHint(capture) })
}

interface KnownPods {
  readonly objects: readonly JsonObject[]
  /** Those whose labels nothing says, as `NAMESPACE/NAME`. */
  readonly unlabelled: ReadonlySet<string>
  /** `deployments/NAME` by pod. */
  readonly owners: ReadonlyMap<string, string>
}

async function knownPods(capture: CaptureFile, pods: readonly JsonObject[]): Promise<KnownPods> {
  const listed = new Set((await listedPods(capture)).map(keyOfPlace))
  const objects: JsonObject[] = []
  const unlabelled = new Set<string>()
  const owners = new Map<string, string>()
  for (const pod of pods) {
    const place = readPod(pod)
    if (listed.has(keyOfPlace(place))) continue
    const { LABELS: labels, OWNER: owner } = await nodeMetadata(capture, place)
    const [, namespace, type, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(stringOf(owner) ?? '') ?? []
    if (namespace === place.namespace) owners.set(keyOfPlace(place), `${type}/${name}`)
    if (isObject(labels)) objects.push({ ...pod, metadata: { ...objectOf(pod.metadata), labels } })
    else {
      objects.push(pod)
      // istiod has those by which it is found.
      if (Object.keys(place.labels).length === 0) unlabelled.add(keyOfPlace(place))
    }
  }
  return { objects, unlabelled, owners }
}

async function listedPods(capture: CaptureFile): Promise<readonly Pod[]> {
  try {
    return await podLookups(savedApi(capture, new Map()), '').list({ namespace: '' })
  } catch (error) {
    if (error instanceof AppError) return []
    throw error
  }
}

/** Metadata of a proxy's node; /server_info is smaller than the dump. */
async function nodeMetadata(capture: CaptureFile, place: Pod): Promise<JsonObject> {
  for (const file of ['server_info.json', 'config_dump.json']) {
    const page = objectOf(await readable(capture, proxyEntry(place, file)))
    const nodes = [page.node, ...objectsOf(page.configs).map(({ bootstrap }) => objectOf(bootstrap).node)]
    const found = nodes
      .map((node) => objectOf(objectOf(node).metadata))
      .find(({ LABELS, OWNER }) => LABELS !== undefined || OWNER !== undefined)
    if (found !== undefined) return found
  }
  return {}
}

async function readable(capture: CaptureFile, entry: string): ReturnType<CaptureFile['document']> {
  try {
    return await capture.document(entry)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

async function ownedPods(
  target: string,
  namespace: string,
  { objects, owners }: KnownPods,
): ReturnType<PodLookups['pods']> {
  const { type, name, namespace: named } = parseTarget(target)
  const resource = findWorkload(type)?.resource
  return objects
    .map(readPod)
    .filter((pod) => pod.namespace === (named ?? namespace) && owners.get(keyOfPlace(pod)) === `${resource}/${name}`)
}
