import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { nearNames } from '../../envoy/text/near-names.ts'
import { ApiError } from './api-error.ts'
import type { ObjectReader } from './object-reader.ts'

interface Absent {
  readonly name: string
  readonly namespace: string
  /** The plural, for kubectl: `deployments`. */
  readonly resource: string
  /** API path up to `/namespaces/…`. */
  readonly root: string
}

/**
 * What may help when there is no object of that name: the namespace is not there, or another name is near. Asks for lists that
 * are not needed: what is refused is left out.
 */
export async function absentHint(
  api: ObjectReader,
  { name, namespace, resource, root }: Absent,
  signal?: AbortSignal,
): Promise<string> {
  const lost = await absentNamespace(api, namespace, signal)
  if (lost !== undefined) return lost
  const path = `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}?limit=500`
  const near = nearNames(name, await namesAt(api, path, signal))
  return near.length > 0
    ? `Did you mean ${alternatives(near)}?`
    : hintToList(api, `kubectl get ${resource} -n ${namespace} lists the ${resource} of that namespace.`)
}

/** A hint at kubectl; where objects were saved, kubectl knows another cluster or none, and the hint is at what lists them. */
export function hintToList({ contents }: Pick<ObjectReader, 'contents'>, hint: string): string {
  return contents === undefined ? hint : `${contents} lists what was captured.`
}

/** That a namespace is not there; undefined when it is, or when nothing is known of it. */
export async function absentNamespace(
  api: ObjectReader,
  namespace: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}`, signal)
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status !== 404) return undefined
  }
  const near = nearNames(namespace, await namesAt(api, '/api/v1/namespaces?limit=500', signal))
  return `There is no namespace "${namespace}".${near.length > 0 ? ` Did you mean ${alternatives(near)}?` : ''}`
}

async function namesAt(api: ObjectReader, path: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const { items } = await api.get(path, signal)
    return objectsOf(items).flatMap(({ metadata }) => stringOf(objectOf(metadata).name) ?? [])
  } catch (error) {
    if (error instanceof ApiError) return []
    throw error
  }
}

function alternatives(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' or ')
}
