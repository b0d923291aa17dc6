import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { ObjectReader } from './object-reader.ts'

/** Objects on one page of a list, and most of a list: as many as there can be pods in a cluster. */
const pageSize = 500
const maxObjects = 500_000

/**
 * All objects of a list of the API, page by page.
 * @param path `/api/v1/pods`, without a query
 * @throws as `get`; AppError `too-large` for a list without end
 */
export async function listObjects(
  api: ObjectReader,
  path: string,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = []
  let next = ''
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }) })
    const page = await api.get(`${path}?${query}`, signal)
    const found = objectsOf(page.items)
    for (const item of found) items.push(item)
    if (items.length > maxObjects || (next !== '' && found.length === 0))
      throw new AppError(`the API server lists ${path} without end`, { code: 'too-large' })
    next = stringOf(objectOf(page.metadata).continue) ?? ''
  } while (next !== '')
  return items
}
