import type { JsonObject } from '../../envoy/json.ts'
import { listPages } from './list-pages.ts'
import type { ObjectReader } from './object-reader.ts'

/**
 * All objects of a list of the API, page by page.
 * @param path `/api/v1/pods`, without a query
 * @throws as `get`; AppError `too-large` for a list without end
 */
export function listObjects(api: ObjectReader, path: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
  return listPages({ page: (query) => api.get(`${path}${query}`, signal), read: (item) => item, what: path })
}
