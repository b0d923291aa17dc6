import type { JsonObject } from '../../envoy/json.ts'

/** Reads objects of the Kubernetes API. */
export interface ObjectReader {
  /**
   * One object or list: `/api/v1/namespaces/default/services`.
   * @throws ApiError (a status that is no success) or AppError (no answer), both in kubectl's words
   */
  get(path: string, signal?: AbortSignal): Promise<JsonObject>
  /** The command that lists what there is, where the objects were saved; without it kubectl does. */
  readonly contents?: string
}
