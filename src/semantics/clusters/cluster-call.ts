import type { JsonObject } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'

/** What is asked of a cluster. */
export interface ClusterCall {
  readonly cluster: string
  readonly connection: Connection
  /** `envoy.lb` metadata of the route: selects a subset. */
  readonly criteria: JsonObject
  /** The request's authority as it goes upstream. Undefined for plain TCP. */
  readonly authority: string | undefined
  /** Dynamic metadata by namespace, for ORIGINAL_DST by metadata. */
  readonly metadata: JsonObject
  /** Value of a request header, for ORIGINAL_DST by header. */
  readonly header: (name: string) => string | undefined
  /** Status of the answer when the cluster does not exist; undefined for plain TCP. */
  readonly notFoundStatus: number | undefined
}
