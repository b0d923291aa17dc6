import type { Reason } from './reasons/reason.ts'
import type { ResponseChanges } from './reasons/response-changes.ts'

/** What the client gets where `local_reply_config` or a custom_response filter changes Envoy's answer. */
export interface ClientResponse {
  /** HTTP status of the answer before it was changed; what the client gets is the outcome's. */
  readonly originalStatus: number
  /** What changed it, in order. */
  readonly changes: readonly Reason<keyof ResponseChanges>[]
  /** Absent where the body stays as it was. */
  readonly body?: ResponseBody
  /** Headers that came with the changes: `name: value` as configured, what Envoy fills in as `%…%`. */
  readonly headers?: readonly string[]
}

/** A body that replaces Envoy's own. */
export interface ResponseBody {
  /** The field that it is from: `local_reply_config.mappers[0].body`. */
  readonly source: string
  /** What is in it, where the configuration holds it. */
  readonly text?: string
  /** The file or environment variable that it was read from when Envoy took the configuration. */
  readonly location?: string
  /** The format string that it goes through, of JSON formats as JSON. */
  readonly format?: string
  readonly contentType?: string
}
