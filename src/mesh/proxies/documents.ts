import { readDocument } from '../../envoy/input/read-document.ts'
import type { Json } from '../../envoy/json.ts'
import type { MeshProxy } from '../proxy.ts'
import { allOf, requiredBytes } from './pages.ts'

/** A page that there must be, as JSON. @throws AppError when it is absent, cannot be read or is no JSON */
export async function requiredDocument(proxy: MeshProxy, path: string, signal?: AbortSignal): Promise<Json> {
  return readDocument(await requiredBytes(proxy, path, signal), proxy.label)
}

/** A page as JSON; undefined where it is absent. @throws AppError when it cannot be read or is no JSON */
export async function optionalDocument(
  proxy: MeshProxy,
  path: string,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  const page = await proxy.page(path, signal)
  return page === 'absent' ? undefined : readDocument(allOf(page), proxy.label)
}
