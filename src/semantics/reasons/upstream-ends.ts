import { percent } from '../../envoy/text/percent.ts'
import { type AbsentResource, absenceText } from './resource-absence.ts'
import { type SubsetFallback, subsetFallbackText } from './subset-reasons.ts'
import type { NoArgs, Texts } from './texts.ts'

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
  'endpoints-missing': { readonly cluster: string }
  'endpoints-unhealthy': { readonly cluster: string; readonly endpoints: number }
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
  'endpoints-missing': ({ cluster }) => `${cluster}: the cluster has no endpoints to pick from`,
  'endpoints-unhealthy': ({ cluster, endpoints }) => `${cluster}: none of ${endpoints} endpoints is healthy`,
  'subset-without-endpoints': ({ cluster, ...fallback }) => `${cluster}: ${subsetFallbackText(fallback)}`,
}
