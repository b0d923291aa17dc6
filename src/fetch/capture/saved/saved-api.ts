import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { AppError } from '../../../errors.ts'
import { ApiError } from '../../../mesh/api/api-error.ts'
import type { ObjectReader } from '../../../mesh/api/object-reader.ts'
import { objectsEntry } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'
import { fieldSelector } from './field-selector.ts'
import { labelSelector } from './label-selector.ts'

/** What a path of the API asks for. */
interface Question {
  /** `/api/v1`, `/apis/apps/v1` */
  readonly root: string
  readonly namespace: string | undefined
  readonly resource: string
  readonly name: string | undefined
  readonly query: URLSearchParams
}

/**
 * The objects of a capture, asked as the API server is: names, namespaces, label and field selectors; everything on one page.
 * @param more objects that are known without the API server, by the path of their list
 */
export function savedApi(
  capture: CaptureFile,
  more: ReadonlyMap<string, readonly JsonObject[]>,
): Required<ObjectReader> {
  const lists = new Map<string, Promise<readonly JsonObject[] | undefined>>()
  function listAt(path: string): Promise<readonly JsonObject[] | undefined> {
    const known = lists.get(path)
    if (known !== undefined) return known
    const read = capture.document(objectsEntry(path)).then((document) => {
      if (document === undefined) return undefined
      // egctl writes the objects of a custom resource alone.
      return objectsOf(Array.isArray(document) ? document : objectOf(document).items)
    })
    lists.set(path, read)
    return read
  }

  async function objects({ root, namespace, resource }: Question): Promise<readonly JsonObject[]> {
    const whole = `${root}/${resource}`
    const own = namespace === undefined ? undefined : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
    const extra = (more.get(whole) ?? []).filter((object) => isIn(object, namespace))
    const all = await listAt(whole)
    if (all !== undefined)
      return joined(
        all.filter((object) => isIn(object, namespace)),
        extra,
      )
    const paths = own === undefined ? partsOf(capture, root, resource) : [own]
    const parts = await Promise.all(paths.map(listAt))
    const found = parts.flatMap((part) => part ?? [])
    if (parts.some((part) => part !== undefined) || more.has(whole)) return joined(found, extra)
    throw notThere(capture, { paths: own === undefined ? [whole] : [own, whole], resource, namespace })
  }

  return {
    contents: `kubectl proxy-config capture show ${capture.label}`,
    async get(path) {
      const question = questionOf(path)
      const alone = await objectAlone(capture, question)
      if (alone !== undefined) return alone
      const found = await objects(question)
      const { name, query } = question
      if (name !== undefined) {
        const object = found.find((each) => stringOf(objectOf(each.metadata).name) === name)
        if (object !== undefined) return object
        throw new ApiError(404, `Error from server (NotFound): ${resourceName(question)} "${name}" not found`)
      }
      const isLabelled = labelSelector(query.get('labelSelector') ?? '')
      const hasFields = fieldSelector(query.get('fieldSelector') ?? '')
      const items = found.filter((each) => isLabelled(objectOf(objectOf(each.metadata).labels)) && hasFields(each))
      return { kind: 'List', metadata: {}, items }
    },
  }
}

/** A pod that has a file of its own: the list of all need not be read. */
async function objectAlone(
  capture: CaptureFile,
  { root, namespace, resource, name }: Question,
): Promise<JsonObject | undefined> {
  if (namespace === undefined || name === undefined) return undefined
  const [place, object] = [namespace, name].map(encodeURIComponent)
  const entry = objectsEntry(`${root}/namespaces/${place}/${resource}/${object}`)
  return capture.has(entry) ? objectOf(await capture.document(entry)) : undefined
}

/** What the API server said goes before what is known without it. */
function joined(found: readonly JsonObject[], extra: readonly JsonObject[]): readonly JsonObject[] {
  if (extra.length === 0) return found
  const key = ({ metadata }: JsonObject) => `${objectOf(metadata).namespace}/${objectOf(metadata).name}`
  const known = new Set(found.map(key))
  return [...found, ...extra.filter((object) => !known.has(key(object)))]
}

function isIn(object: JsonObject, namespace: string | undefined): boolean {
  return namespace === undefined || stringOf(objectOf(object.metadata).namespace) === namespace
}

/** Lists of single namespaces, where not all could be listed at once. */
function partsOf({ names }: CaptureFile, root: string, resource: string): readonly string[] {
  const [before, behind] = [`${root.slice(1)}/namespaces/`, `/${resource}.json`]
  return names.flatMap((name) => {
    const isPart = name.startsWith(before) && name.endsWith(behind)
    // A pod may be called `pods`.
    const isList = isPart && !name.slice(before.length, -behind.length).includes('/')
    return isList ? [`/${name.slice(0, -'.json'.length)}`] : []
  })
}

/** `deployments.apps`, as the API server names it in errors. */
function resourceName({ root, resource }: Question): string {
  const group = root.startsWith('/apis/') ? root.split('/')[2] : undefined
  return group === undefined ? resource : `${resource}.${group}`
}

/** Nobody knows what the API server would have said: the list is not in the capture. */
export class NotCapturedError extends ApiError {
  /** None of an API server: `error: ` goes before it where it stands alone, and not within a sentence that quotes it. */
  override readonly code: undefined = undefined

  constructor(message: string, hint?: string) {
    super(503, message, hint)
  }
}

/** What a user names as POD or TYPE/NAME, or by its labels. */
const targets: ReadonlySet<string> = new Set([
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
])

interface Missing {
  readonly paths: readonly string[]
  readonly resource: string
  readonly namespace: string | undefined
}

/** Why a list is not in the capture, in the API server's words where it refused it or does not have it. */
function notThere(capture: CaptureFile, { paths, resource, namespace }: Missing): AppError {
  const failure = paths.map((path) => capture.failure(objectsEntry(path))).find((found) => found !== undefined)
  if (failure?.status != null)
    return new ApiError(failure.status, failure.message, `So it was when ${capture.label} was made.`)
  if (failure === undefined && (wasAsked(capture, namespace) || hasOtherVersion(capture, paths)))
    return new ApiError(404, 'Error from server (NotFound): the server could not find the requested resource')
  // Not a 404: whether there were any is not known.
  const why = failure === undefined ? '' : `: ${failure.message}`
  const hint = targets.has(resource) ? podsHint(capture) : undefined
  return new NotCapturedError(`${capture.label} holds no ${resource}${why}`, hint)
}

/** The next step where pods cannot be found by what they belong to. */
export function podsHint({ label }: CaptureFile): string {
  return `Name a pod: kubectl proxy-config capture show ${label} lists its proxies.`
}

/** Whether the list is there in another version of its group, which is then the one that there was. */
function hasOtherVersion(capture: CaptureFile, paths: readonly string[]): boolean {
  const wanted = new Set(paths.map((path) => withoutVersion(objectsEntry(path))))
  return capture.names.some((name) => name.startsWith('apis/') && wanted.has(withoutVersion(name)))
}

function withoutVersion(entry: string): string {
  return entry.replace(/^(apis\/[^/]+)\/[^/]+\//, '$1/')
}

/** Whether all that a cluster has of a namespace, or of all, was asked for. */
function wasAsked({ manifest }: CaptureFile, namespace: string | undefined): boolean {
  const cluster = manifest?.cluster
  if (manifest === undefined || cluster == null || manifest.interrupted) return false
  return cluster.namespaces === null || (namespace !== undefined && cluster.namespaces.includes(namespace))
}

function questionOf(path: string): Question {
  const { pathname, searchParams: query } = new URL(path, 'http://capture')
  const [, root, rest] = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/(.+)$/.exec(pathname) ?? []
  const parts = (rest ?? '').split('/').map((part) => decodeURIComponent(part))
  const [first = '', namespace, resource, name] = parts
  if (root === undefined || parts.length > 4)
    throw new ApiError(404, 'the server could not find the requested resource')
  if (first !== 'namespaces' || resource === undefined)
    return { root, namespace: undefined, resource: first, name: namespace, query }
  return { root, namespace, resource, name, query }
}
