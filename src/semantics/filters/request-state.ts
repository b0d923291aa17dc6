import { type JsonObject, objectOf } from '../../envoy/json.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import type { TraceRequest } from '../request.ts'

/** What filters have made of the request so far. */
export interface RequestState {
  readonly request: DecodedRequest
  readonly known: Pick<TraceRequest, 'dynamicMetadata' | 'filterState'>
}

/** The state with these values merged into a namespace of dynamic metadata. */
export function withMetadata(state: RequestState, namespace: string, value: JsonObject): RequestState {
  const all = state.known.dynamicMetadata ?? {}
  const merged = { ...all, [namespace]: { ...objectOf(all[namespace]), ...value } }
  return { ...state, known: { ...state.known, dynamicMetadata: merged } }
}
