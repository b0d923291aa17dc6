import { type Json, type JsonObject, objectOf, ownMember } from '../../envoy/json.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { type OpenMetadata, opened, type StreamState } from '../matching/stream-state.ts'

/** What filters have made of the request so far. */
export interface RequestState {
  readonly request: DecodedRequest
  readonly known: StreamState
}

/** The state with these values merged into a namespace of dynamic metadata. */
export function withMetadata(state: RequestState, namespace: string, value: JsonObject): RequestState {
  return withMetadataEntries(state, [[namespace, value]])
}

/** The state with values merged into namespaces of dynamic metadata, the later ones over the earlier ones. */
export function withMetadataEntries(
  state: RequestState,
  entries: Iterable<readonly [namespace: string, value: JsonObject]>,
): RequestState {
  const all = state.known.dynamicMetadata ?? {}
  const written = new Map<string, Map<string, Json | undefined>>()
  for (const [namespace, value] of entries) {
    const values = written.get(namespace) ?? new Map(Object.entries(objectOf(ownMember(all, namespace))))
    for (const [key, each] of Object.entries(value)) values.set(key, each)
    written.set(namespace, values)
  }
  const merged = { ...all, ...objectFrom([...written].map(([name, values]) => [name, objectFrom(values)])) }
  return { ...state, known: { ...state.known, dynamicMetadata: merged } }
}

function objectFrom(entries: Iterable<readonly [string, Json | undefined]>): JsonObject {
  return Object.fromEntries(entries)
}

/** The state after a filter that can have written to these places of dynamic metadata what nobody knows. */
export function withOpenMetadata(state: RequestState, places: OpenMetadata): RequestState {
  return { ...state, known: opened(state.known, places) }
}
