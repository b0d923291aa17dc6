import type { JsonObject } from '../../envoy/json.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'

/** Dynamic metadata and filter state of a request or connection, as far as they are known. */
export interface StreamState {
  /** By namespace. */
  readonly dynamicMetadata?: JsonObject | undefined
  /** By key, as strings. */
  readonly filterState?: Readonly<Record<string, string>> | undefined
  /** Filter state that is set to what is not known: by key, what would tell it. */
  readonly unknownFilterState?: Readonly<Record<string, UnknownFact>> | undefined
  /** The endpoint that the request's session is bound to. */
  readonly session?: SessionEndpoint | undefined
  /** The host, with the port that it names, that a dynamic forward proxy filter has looked up for this request. */
  readonly lookedUp?: string | undefined
  /** Dynamic metadata that can hold more than is known, `any` for all; of the rest everything is known. */
  readonly openMetadata?: OpenMetadata
  /** Claims that are texts in it stand for the type that a matcher asks for. */
  readonly textClaims?: boolean | undefined
}

/** `strict`: no other endpoint may have the request. */
export interface SessionEndpoint {
  readonly address: string
  readonly strict: boolean
}

export type OpenMetadata = readonly MetadataPlace[] | 'any' | undefined

/** A namespace of dynamic metadata, or one member of it. */
export interface MetadataPlace {
  readonly namespace: string
  readonly key?: string | undefined
}

/** Whether more can stand at a place of dynamic metadata than is known. */
export function isOpen({ openMetadata }: StreamState, { namespace, key }: MetadataPlace): boolean {
  if (openMetadata === 'any') return true
  return (openMetadata ?? []).some(
    (open) => open.namespace === namespace && (open.key === undefined || key === undefined || open.key === key),
  )
}

/** The state after something that can have written to these places. */
export function opened<State extends StreamState>(state: State, places: OpenMetadata): State {
  if (places === undefined || places.length === 0 || state.openMetadata === 'any') return state
  const openMetadata = places === 'any' ? places : [...(state.openMetadata ?? []), ...places]
  return { ...state, openMetadata }
}
