import type { DecodedRequest } from '../../matching/http-headers.ts'

/** What a request says of its session. */
export interface Session {
  /** Address of the endpoint that the session is bound to; absent when it names none. */
  readonly address?: string | undefined
  /** The session ends at a moment of the proxy's own clock, which a dump does not have. */
  readonly expires?: boolean | undefined
  /** The request for the filters that follow, where the session is taken out of it. */
  readonly request?: DecodedRequest | undefined
}
