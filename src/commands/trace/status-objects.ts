import type { Context } from '../../contract/command.ts'
import type { ApiKind } from '../../envoy/control-plane/api-kinds.ts'
import type { JsonObject } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { listObjects } from '../../mesh/api/list-objects.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'

/** Objects of a control plane's API, each list and object asked for once. What may not be read is a note of one line, once. */
export interface StatusObjects {
  /** Undefined where there is none, or it may not be read. */
  one(kind: ApiKind, namespace: string, name: string): Promise<JsonObject | undefined>
  /** Of all namespaces, or of one. Undefined where they may not be read; empty where the API server has no such kind. */
  all(kind: ApiKind, namespace?: string): Promise<readonly JsonObject[] | undefined>
}

/** Objects of the cluster of a context, live or captured. */
export function statusObjects({ cluster, io, note }: Context): StatusObjects {
  const asked = new Map<string, Promise<unknown>>()
  const noted = new Set<string>()

  /** The answer of the first version of a kind that the API server has; undefined where it has none. */
  async function first<T>({ group, versions }: ApiKind, ask: (root: string) => Promise<T>): Promise<T | undefined> {
    for (const version of versions) {
      try {
        return await ask(`/apis/${group}/${version}`)
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error
      }
    }
    return undefined
  }

  async function once<T>(key: string, kind: ApiKind, ask: (root: string) => Promise<T>): Promise<T | undefined | null> {
    const known = asked.get(key)
    // The same key asks the same.
    if (known !== undefined) return known as Promise<T | undefined | null>
    const answer = first(kind, ask).catch((error: unknown) => {
      if (!(error instanceof AppError) || io.signal.aborted) throw error
      const text = `What the API server says of ${kind.resource} is not known: ${error.message}`
      if (!noted.has(text)) note(text)
      noted.add(text)
      return null
    })
    asked.set(key, answer)
    return answer
  }

  return {
    async one(kind, namespace, name) {
      const kube = await cluster()
      const place = `namespaces/${pathSegment(namespace)}/${kind.resource}/${pathSegment(name)}`
      const found = await once(`${kind.group}/${place}`, kind, (root) => kube.get(`${root}/${place}`, io.signal))
      return found ?? undefined
    },
    async all(kind, namespace) {
      const kube = await cluster()
      const place = namespace === undefined ? kind.resource : `namespaces/${pathSegment(namespace)}/${kind.resource}`
      const found = await once(`${kind.group}/${place}`, kind, (root) =>
        listObjects(kube, `${root}/${place}`, io.signal),
      )
      return found === null ? undefined : (found ?? [])
    },
  }
}
