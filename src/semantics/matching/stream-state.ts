import type { JsonObject } from '../../envoy/json.ts'

/** Dynamic metadata and filter state of a request or connection, as far as they are known. */
export interface StreamState {
  /** By namespace. */
  readonly dynamicMetadata?: JsonObject | undefined
  /** By key, as strings. */
  readonly filterState?: Readonly<Record<string, string>> | undefined
  /** Namespaces of dynamic metadata that can hold more than is known, `any` for all; of the others everything is known. */
  readonly openMetadata?: readonly string[] | 'any' | undefined
  /** Claims that are texts in it stand for the type that a matcher asks for. */
  readonly textClaims?: boolean | undefined
}

/** Whether more can stand in a namespace of dynamic metadata than is known. */
export function isOpen({ openMetadata }: StreamState, namespace: string): boolean {
  return openMetadata === 'any' || (openMetadata?.includes(namespace) ?? false)
}

/** The state after something that can have written to these namespaces. */
export function opened<State extends StreamState>(state: State, namespaces: readonly string[] | 'any'): State {
  if (namespaces.length === 0 || state.openMetadata === 'any') return state
  const openMetadata = namespaces === 'any' ? namespaces : [...(state.openMetadata ?? []), ...namespaces]
  return { ...state, openMetadata }
}
