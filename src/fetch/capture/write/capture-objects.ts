import type { ApiKind } from '../../../envoy/control-plane/api-kinds.ts'
import { type JsonObject, objectOf, stringOf } from '../../../envoy/json.ts'
import { ApiError } from '../../../mesh/api/api-error.ts'
import { listObjects } from '../../../mesh/api/list-objects.ts'
import type { ObjectReader } from '../../../mesh/api/object-reader.ts'
import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { objectsEntry, type PlaceOfPod } from '../format/layout.ts'
import { NotCapturedError } from '../saved/saved-api.ts'
import type { Recorder } from './recorder.ts'
import { statusOnly, strippedObject, withoutFreeText } from './stripped-object.ts'

/** A list of the API, in the first version that there is. */
interface Captured {
  readonly resource: string
  readonly roots: readonly string[]
  /** What is kept of an object. */
  readonly kept?: (object: JsonObject) => JsonObject
}

/** What commands look up of the API: no Secrets, no ConfigMaps. */
const resources: readonly Captured[] = [
  { resource: 'pods', roots: ['/api/v1'] },
  { resource: 'services', roots: ['/api/v1'] },
  { resource: 'endpointslices', roots: ['/apis/discovery.k8s.io/v1'] },
  { resource: 'deployments', roots: ['/apis/apps/v1'] },
  { resource: 'statefulsets', roots: ['/apis/apps/v1'] },
  { resource: 'daemonsets', roots: ['/apis/apps/v1'] },
  { resource: 'replicasets', roots: ['/apis/apps/v1'] },
  { resource: 'replicationcontrollers', roots: ['/api/v1'] },
  { resource: 'jobs', roots: ['/apis/batch/v1'] },
  { resource: 'gateways', roots: ['/apis/gateway.networking.k8s.io/v1', '/apis/gateway.networking.k8s.io/v1beta1'] },
  { resource: 'sidecars', roots: ['/apis/networking.istio.io/v1'] },
]

/** What sidecars and gateways of Istio are made from, for rules of lint and `wait --for delivered`; `v1` since Istio 1.22. */
const ofIstio: readonly Captured[] = ['virtualservices', 'gateways', 'destinationrules', 'serviceentries'].map(
  (resource) => ({
    resource,
    roots: ['/apis/networking.istio.io/v1', '/apis/networking.istio.io/v1beta1'],
    kept: withoutFreeText,
  }),
)

/** Kinds of a control plane, of which only the status and what they are for is looked up. */
function statusLists(kinds: readonly ApiKind[]): readonly Captured[] {
  const known = new Set(resources.map(({ resource }) => resource))
  const more = new Map(kinds.filter(({ resource }) => !known.has(resource)).map((kind) => [kind.resource, kind]))
  return [...more.values()].map(({ resource, group, versions }) => ({
    resource,
    roots: versions.map((version) => `/apis/${group}/${version}`),
    kept: statusOnly,
  }))
}

/** The path of a pod in the API. */
export function podPath({ namespace, name }: PlaceOfPod): string {
  return `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}`
}

interface ObjectsToCapture {
  /** Null for all. */
  readonly namespaces: readonly string[] | null
  /** Namespaces that are listed one by one where a list of all is forbidden. */
  readonly instead: readonly string[]
  /** Paths of pods that get a file of their own, so that one of thousands is read without the list of all. */
  readonly pods: ReadonlySet<string>
  /** Kinds of the control planes whose proxies are captured. */
  readonly kinds: readonly ApiKind[]
  /** Whether one of these is Istio. */
  readonly isIstio: boolean
}

/** What the lists are asked of, and where they go. */
interface Work extends Pick<ObjectsToCapture, 'pods'> {
  readonly api: ObjectReader
  readonly recorder: Recorder
  readonly signal: AbortSignal
}

/** Captures the objects of some namespaces, or of all. */
export async function captureObjects(
  api: ObjectReader,
  { namespaces, instead, pods, kinds, isIstio }: ObjectsToCapture,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const work: Work = { api, pods, recorder, signal }
  await captureList(work, '/api/v1/namespaces')
  for (const captured of [...resources, ...statusLists(kinds), ...(isIstio ? ofIstio : [])]) {
    const { resource } = captured
    const parts = (places: readonly string[]) => places.map((place) => `namespaces/${pathSegment(place)}/${resource}`)
    const lists = namespaces === null ? [resource] : parts(namespaces)
    for (const list of lists) {
      const refused = await captureFirst(work, captured, list)
      if (!refused || namespaces !== null) continue
      for (const part of parts(instead)) await captureFirst(work, captured, part)
    }
  }
}

/** The list of the first version that there is. @returns whether it may not be read */
async function captureFirst(work: Work, { roots, kept }: Captured, list: string): Promise<boolean> {
  for (const root of roots) {
    const outcome = await captureList(work, `${root}/${list}`, kept)
    if (outcome !== 'not served') return outcome === 'forbidden'
  }
  return false
}

async function captureList(
  { api, pods, recorder, signal }: Work,
  path: string,
  kept: (object: JsonObject) => JsonObject = strippedObject,
): Promise<'captured' | 'not served' | 'forbidden' | 'failed'> {
  const entry = objectsEntry(path)
  if (recorder.has(entry)) return 'captured'
  let outcome: Awaited<ReturnType<typeof captureList>> = 'failed'
  await recorder.attempt(entry, async () => {
    try {
      const items = (await listObjects(api, path, signal)).map(kept)
      await recorder.json(entry, { kind: 'List', items })
      outcome = 'captured'
      if (path.endsWith('/pods')) await captureAlone(items, pods, recorder)
    } catch (error) {
      // A cluster without the Gateway API has no such list, nor has a capture that was made without it: no failure.
      const isNone = error instanceof NotCapturedError || (error instanceof ApiError && error.status === 404)
      if (isNone) outcome = 'not served'
      else {
        if (error instanceof ApiError && error.status === 403) outcome = 'forbidden'
        throw error
      }
    }
  })
  return outcome
}

/** Pods of which each gets a file of its own. */
async function captureAlone(
  items: readonly JsonObject[],
  pods: ReadonlySet<string>,
  recorder: Recorder,
): Promise<void> {
  for (const item of items) {
    const { name, namespace } = objectOf(item.metadata)
    const path = podPath({ name: stringOf(name) ?? '', namespace: stringOf(namespace) ?? '' })
    const entry = objectsEntry(path)
    if (pods.has(path) && !recorder.has(entry)) await recorder.json(entry, { apiVersion: 'v1', kind: 'Pod', ...item })
  }
}
