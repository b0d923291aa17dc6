import type { Chance } from '../chance.ts'
import type { ClientResponse, ResponseBody } from '../client-response.ts'
import type { Headers } from '../matching/http-headers.ts'
import type { Runtime } from '../matching/runtime.ts'
import type { StreamState } from '../matching/stream-state.ts'
import type { Outcome } from '../outcome.ts'
import type { Condition } from '../reasons/filter-conditions.ts'
import type { Reason } from '../reasons/reason.ts'
import type { ResponseChanges } from '../reasons/response-changes.ts'

/** An answer that Envoy makes itself, as far as it is changed. */
export interface Reply {
  readonly status: number
  readonly changes: readonly Reason<keyof ResponseChanges>[]
  readonly body?: ResponseBody | undefined
  readonly headers: readonly string[]
  /** What has to hold for it. */
  readonly conditions: readonly Condition[]
}

/** What the filters of mappers look at. */
export interface ReplyFacts {
  /** `%RESPONSE_FLAGS%`, one by one. */
  readonly flags: readonly string[]
  /** The request as Envoy has it when it answers; without headers where it could not be read. */
  readonly headers: Headers
  readonly known: StreamState
  readonly runtime: Runtime
  readonly chance: Chance
  /** Answered by the health_check filter. */
  readonly isHealthCheck: boolean
  /** The connection manager traces requests. */
  readonly traces: boolean
}

/** The outcome with what the client gets; as it was where nothing changes it. */
export function withReply(
  outcome: Outcome,
  { status, changes, body, headers }: Reply,
  originalStatus: number,
): Outcome {
  if (changes.length === 0) return outcome
  const response: ClientResponse = {
    originalStatus,
    changes,
    ...(body === undefined ? {} : { body }),
    ...(headers.length === 0 ? {} : { headers }),
  }
  return { ...outcome, status, response }
}
