import { type JsonObject, objectOf } from '../../envoy/json.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { type OpenMetadata, opened, type StreamState } from '../matching/stream-state.ts'

/** What filters have made of the request so far. */
export interface RequestState {
  readonly request: DecodedRequest
  readonly known: StreamState
}

/** The state with these values merged into a namespace of dynamic metadata. */
export function withMetadata(state: RequestState, namespace: string, value: JsonObject): RequestState {
  const all = state.known.dynamicMetadata ?? {}
  const merged = { ...all, [namespace]: { ...objectOf(all[namespace]), ...value } }
  return { ...state, known: { ...state.known, dynamicMetadata: merged } }
}

/** The state after a filter that can have written to these places of dynamic metadata what nobody knows. */
export function withOpenMetadata(state: RequestState, places: OpenMetadata): RequestState {
  return { ...state, known: opened(state.known, places) }
}
