import { chainCriterionText } from './chain-criterion.ts'
import type { CriterionValue } from './choice-reasons.ts'
import type { NoArgs, Texts } from './texts.ts'
import { type UnhealthyCause, unhealthyText } from './unhealthy-causes.ts'

/** Why a filter chain, a route or an endpoint is not the one. */
export interface Rejections extends RouteRejections {
  'chain-criterion-not-matched': CriterionValue
  'endpoint-degraded': NoArgs
  /** Without causes where nothing tells them. */
  'endpoint-unhealthy': { readonly causes: readonly UnhealthyCause[] }
  'endpoint-priority-unused': { readonly priority: number }
  /** Too few healthy endpoints, and `fail_traffic_on_panic`. */
  'endpoint-in-panic': { readonly priority: number }
  'endpoint-locality-without-weight': { readonly locality: string }
  'endpoint-in-other-zone': { readonly locality: string }
}

/** Why a route does not take the request. */
export interface RouteRejections {
  'route-path-not-matched': Condition
  'route-headers-not-matched': Condition
  'route-query-not-matched': Condition
  'route-cookies-not-matched': Condition
  'route-grpc-not-matched': Condition
  'route-tls-not-matched': Condition
  'route-metadata-not-matched': Condition
  'route-filter-state-not-matched': Condition
  'route-runtime-not-matched': Condition
}

/** The condition of a route that the request does not meet. */
interface Condition {
  /** `end-user is "jason"`, `prefix /api` */
  readonly needed: string
}

const needs =
  (part: string) =>
  ({ needed }: Condition): string =>
    `${part}: needs ${needed}`

export const rejectionTexts: Texts<Rejections> = {
  'chain-criterion-not-matched': ({ criterion }) => `no match by ${chainCriterionText[criterion]}`,
  'route-path-not-matched': needs('path'),
  'route-headers-not-matched': needs('headers'),
  'route-query-not-matched': needs('query'),
  'route-cookies-not-matched': needs('cookies'),
  'route-grpc-not-matched': needs('grpc'),
  'route-tls-not-matched': needs('tls'),
  'route-metadata-not-matched': needs('metadata'),
  'route-filter-state-not-matched': needs('filterState'),
  'route-runtime-not-matched': needs('runtime'),
  'endpoint-degraded': () => 'degraded',
  'endpoint-unhealthy': ({ causes }) => unhealthyText(causes),
  'endpoint-in-panic': ({ priority }) => `priority ${priority} is in panic (fail_traffic_on_panic)`,
  'endpoint-locality-without-weight': ({ locality }) =>
    `its locality${locality === '' ? '' : ` ${locality}`} has no weight (load_balancing_weight)`,
  'endpoint-in-other-zone': ({ locality }) => `zone-aware routing sends nothing to ${locality || 'its zone'}`,
  'endpoint-priority-unused': ({ priority }) => `priority ${priority} gets no traffic`,
}
