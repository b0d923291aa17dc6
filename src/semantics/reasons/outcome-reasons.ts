import type { ConnectionEnds } from './connection-ends.ts'
import type { HttpEnds } from './http-ends.ts'
import type { UnknownEnds } from './unknown-ends.ts'
import type { UpstreamEnds } from './upstream-ends.ts'

/** Why a request ends as it does, unless a filter ended it. */
export interface OutcomeReasons extends ConnectionEnds, HttpEnds, UnknownEnds, UpstreamEnds {}
