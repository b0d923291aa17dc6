import { readDocument } from '../../../envoy/input/read-document.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { objectsEntry } from '../format/layout.ts'

/** Kinds of the Kubernetes API that commands look up, in the file of a capture that holds their list. */
interface ListedKind {
  readonly kind: string
  /** Empty for the core of the API. */
  readonly group: string
  readonly entry: string
}

const core = (kind: string, resource: string) => listedKind(kind, '', `/api/v1/${resource}`)
const apps = (kind: string, resource: string) => listedKind(kind, 'apps', `/apis/apps/v1/${resource}`)

/** What `kubectl get all,jobs,endpointslices` gives. */
const namespaced = [
  core('Pod', 'pods'),
  core('Service', 'services'),
  core('ReplicationController', 'replicationcontrollers'),
  apps('Deployment', 'deployments'),
  apps('StatefulSet', 'statefulsets'),
  apps('DaemonSet', 'daemonsets'),
  apps('ReplicaSet', 'replicasets'),
  listedKind('Job', 'batch', '/apis/batch/v1/jobs'),
  listedKind('EndpointSlice', 'discovery.k8s.io', '/apis/discovery.k8s.io/v1/endpointslices'),
]
const namespaces = core('Namespace', 'namespaces')
const custom = [
  listedKind('Gateway', 'gateway.networking.k8s.io', '/apis/gateway.networking.k8s.io/v1/gateways'),
  ...[
    ['Sidecar', 'sidecars'],
    ['VirtualService', 'virtualservices'],
    ['Gateway', 'gateways'],
    ['DestinationRule', 'destinationrules'],
    ['ServiceEntry', 'serviceentries'],
  ].map(([kind = '', resource]) => listedKind(kind, 'networking.istio.io', `/apis/networking.istio.io/v1/${resource}`)),
]

function listedKind(kind: string, group: string, path: string): ListedKind {
  return { kind, group, entry: objectsEntry(path) }
}

/**
 * Files of istioctl bug-report in which objects of many kinds stand, as `kubectl get … -o yaml` prints them. Namespaces are in the first until
 * Istio 1.29. https://github.com/istio/istio/blob/master/tools/bug-report/pkg/content/content.go
 */
const mixedFiles: ReadonlyMap<string, readonly ListedKind[]> = new Map([
  ['k8s-resources', [...namespaced, namespaces]],
  ['k8s-cluster-resources', [namespaces]],
  ['crs', custom],
])

/** The lists that a file of another program holds, by their files in a capture; none where it is no such file. */
export function listsWithin(path: string): readonly string[] {
  const [, file] = /(?:^|\/)cluster\/([^/]+)$/.exec(path) ?? []
  return (mixedFiles.get(file ?? '') ?? []).map(({ entry }) => entry)
}

/**
 * One list out of such files, as the API gives it.
 * @param entry its file in a capture
 * @param label names them in errors
 * @throws AppError when one is neither JSON nor YAML
 */
export async function listOutOf(files: readonly Uint8Array[], entry: string, label: string): Promise<JsonObject> {
  const found = new Map<string, JsonObject>()
  for (const wanted of [...namespaced, namespaces, ...custom].filter((each) => each.entry === entry)) {
    for (const bytes of files) {
      for (const item of await itemsOf(bytes, wanted.kind, label)) {
        if (item.kind !== wanted.kind || groupOf(item) !== wanted.group) continue
        const { namespace, name } = objectOf(item.metadata)
        found.set(`${stringOf(namespace) ?? ''}/${stringOf(name) ?? ''}`, item)
      }
    }
  }
  return { kind: 'List', items: [...found.values()] }
}

/** As kubectl prints lists: keys in order, an item begins at the first column. */
const kubectlList = /^apiVersion: v1\nitems:\n(?=- )/
const itemStart = /^(?=- )/m
const itemsEnd = /^kind: List$/m

/**
 * The items of a list, in kubectl's own layout those of the kind alone: reading all of a cluster as YAML takes seconds, and nobody asked for its
 * ConfigMaps. No line of a text within an item begins so far to the left.
 */
async function itemsOf(bytes: Uint8Array, kind: string, label: string): Promise<readonly JsonObject[]> {
  const text = Buffer.from(bytes).toString('utf8')
  const head = kubectlList.exec(text)?.[0]
  const [items = ''] = head === undefined ? [] : text.slice(head.length).split(itemsEnd)
  const own = items.split(itemStart).filter((item) => item.includes(`\n  kind: ${kind}\n`))
  try {
    if (head !== undefined)
      return own.length === 0 ? [] : objectsOf(await readDocument(Buffer.from(own.join('')), label))
  } catch (error) {
    // All of it tells where it is broken.
    if (!(error instanceof AppError)) throw error
  }
  return objectsOf(objectOf(await readDocument(bytes, label)).items)
}

function groupOf({ apiVersion }: JsonObject): string {
  const [group, version] = (stringOf(apiVersion) ?? '').split('/')
  return version === undefined ? '' : (group ?? '')
}
