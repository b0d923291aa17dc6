import { percent } from '../../envoy/text/percent.ts'
import { type Panic, panicText } from './choice-reasons.ts'
import { type AbsentResource, absenceText } from './resource-absence.ts'
import { type SubsetFallback, subsetFallbackText } from './subset-reasons.ts'
import type { NoArgs, Texts } from './texts.ts'
import { type CauseCount, unhealthyTexts } from './unhealthy-causes.ts'

/** How a request ends at its cluster. */
export interface UpstreamEnds {
  /** `endpoint`: the only one. */
  'sent-to-cluster': {
    readonly cluster: string
    readonly endpoints: number
    readonly endpoint?: string | undefined
  }
  'dump-without-endpoints': { readonly cluster: string }
  'dump-without-clusters': { readonly cluster: string }
  'cluster-unnamed': NoArgs
  /** `subsets`, `ports`: what the dump has of the same service. */
  'cluster-missing': {
    readonly cluster: string
    readonly service?: string | undefined
    readonly subsets?: readonly string[] | undefined
    readonly ports?: readonly string[] | undefined
  }
  'cluster-not-serving': { readonly cluster: string } & AbsentResource
  'destination-unknown': { readonly cluster: string; readonly type: string }
  'requests-dropped': { readonly cluster: string; readonly probability: number }
  /** `upstream.maintenance_mode.CLUSTER` of the runtime. */
  'maintenance-mode': { readonly cluster: string; readonly probability: number }
  /** A circuit breaker whose threshold is 0. */
  'threshold-zero': { readonly cluster: string; readonly threshold: string; readonly priority: string }
  'endpoints-missing': { readonly cluster: string }
  'endpoints-unhealthy': {
    readonly cluster: string
    readonly endpoints: number
    readonly causes: readonly CauseCount[]
  }
  /** Clusters whose endpoints come with the requests. */
  'session-endpoint-not-in-dump': { readonly cluster: string; readonly address: string }
  'forward-proxy-host-not-looked-up': { readonly cluster: string; readonly host: string }
  /** Of a strict session. */
  'session-endpoint-unavailable': { readonly cluster: string; readonly address: string }
  /** `fail_traffic_on_panic` */
  'panic-fails': { readonly cluster: string; readonly priorities: readonly Panic[] }
  /** A policy that hashes weighs localities and finds no weight. */
  'localities-without-weight': { readonly cluster: string }
  'subset-without-endpoints': { readonly cluster: string } & SubsetFallback
}

export const upstreamEndTexts: Texts<UpstreamEnds> = {
  'sent-to-cluster': ({ cluster, endpoints, endpoint }) =>
    `goes to ${endpoint ?? `one of ${endpoints} endpoints`} of cluster ${cluster}`,
  'dump-without-endpoints': ({ cluster }) => `goes to cluster ${cluster}, whose endpoints are not in the dump`,
  'dump-without-clusters': ({ cluster }) => `the dump has no clusters; ${cluster} cannot be looked into`,
  'cluster-unnamed': () => 'the route names no cluster',
  'cluster-missing': ({ cluster, service, subsets, ports }) => {
    const others =
      subsets !== undefined
        ? `; other subsets of ${service} are ${subsets.join(', ')}`
        : ports !== undefined
          ? `; other ports of ${service} are ${ports.join(', ')}`
          : ''
    return `cluster ${cluster} does not exist${others}`
  },
  'cluster-not-serving': ({ cluster, ...absent }) => `cluster ${cluster} ${absenceText(absent)}`,
  'destination-unknown': ({ cluster, type }) =>
    `${cluster}: ${type} finds no destination: the original one was not restored`,
  'requests-dropped': ({ cluster, probability }) =>
    `drop_overloads of ${cluster} has Envoy drop ${percent(probability)} of its requests`,
  'maintenance-mode': ({ cluster, probability }) =>
    `upstream.maintenance_mode.${cluster} of the runtime turns away ${percent(probability)} of its requests`,
  'threshold-zero': ({ cluster, threshold, priority }) =>
    `${threshold} of cluster ${cluster} is 0 (circuit breaker, priority ${priority}): nothing gets through`,
  'endpoints-missing': ({ cluster }) => `${cluster}: the cluster has no endpoints to pick from`,
  'endpoints-unhealthy': ({ cluster, endpoints, causes }) => {
    const why = causes.map(({ cause, endpoints: many }) => `${many} ${unhealthyTexts[cause]}`)
    const none = endpoints === 1 ? 'its only endpoint is not healthy' : `none of ${endpoints} endpoints is healthy`
    return `${cluster}: ${none}${why.length === 0 ? '' : `: ${why.join(', ')}`}`
  },
  'session-endpoint-not-in-dump': ({ cluster, address }) =>
    `the session belongs to ${address}, which ${cluster} has only if an earlier request went there`,
  'forward-proxy-host-not-looked-up': ({ cluster, host }) =>
    `no dynamic_forward_proxy filter looks up ${host} for this request: ${cluster} has it only if another request did`,
  'session-endpoint-unavailable': ({ cluster, address }) =>
    `${cluster}: ${address}, which the session belongs to, is not available, and the session is strict`,
  'panic-fails': ({ cluster, priorities }) =>
    `${cluster}: panic, and fail_traffic_on_panic sends no endpoint a request: ${panicText(priorities)}`,
  'localities-without-weight': ({ cluster }) =>
    `${cluster}: no locality has a weight, without which hashing by locality weights finds no endpoint`,
  'subset-without-endpoints': ({ cluster, ...fallback }) => `${cluster}: ${subsetFallbackText(fallback)}`,
}
