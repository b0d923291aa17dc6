import { percent } from '../../envoy/text/percent.ts'
import { type ChainCriterion, chainCriterionText } from './chain-criterion.ts'
import type { NoArgs, Texts } from './texts.ts'

/** Why a listener handles the connection. */
export interface ListenerChoices {
  'listener-bound': { readonly address: string }
  'listener-of-redirect': { readonly port: number }
  /** No listener has the original destination. */
  'listener-keeps-redirected': { readonly address: string }
  /** `from`: the listener that accepted the connection (`use_original_dst`). */
  'listener-handed-over': { readonly from: string; readonly address: string }
  'listener-requested': NoArgs
  'listener-internal': { readonly listener: string }
  /** Of a request of Envoy's own. */
  'listener-of-custom-response': { readonly filter: string; readonly uri: string }
}

/** What the connection has at a criterion of filter chain selection. */
export interface CriterionValue {
  readonly criterion: ChainCriterion
  readonly value: string
}

/** Why a filter chain handles the connection. */
export interface ChainChoices {
  'chain-only': NoArgs
  'chain-by-criteria': { readonly criteria: readonly CriterionValue[] }
  'chain-by-matcher': NoArgs
  'chain-default': NoArgs
  /** No other chain has this value. */
  'chain-default-by-criterion': CriterionValue
  'chain-default-by-matcher': NoArgs
}

/** Why a certificate is served to the client. */
export interface CertificateChoices {
  'certificate-only': NoArgs
  'certificate-by-name': { readonly name: string }
  /** `ecdsa`: the first of this kind of key, not the first of all. */
  'certificate-first-without-sni': { readonly ecdsa: boolean }
  'certificate-first-no-match': { readonly ecdsa: boolean }
}

/** Why a virtual host, a route, a cluster gets the request. */
export interface RouteChoices {
  'domain-matches': { readonly domain: string; readonly host: string }
  'domain-matches-any': { readonly domain: string }
  'route-first-match': NoArgs
  'cluster-of-route': NoArgs
  'cluster-by-weight': { readonly weight: number; readonly total: number }
  'cluster-by-header': { readonly header: string }
  'cluster-by-plugin': NoArgs
  'cluster-of-tcp-proxy': NoArgs
  'cluster-of-tcp-route': NoArgs
  'cluster-by-sni': NoArgs
  'cluster-by-filter-state': NoArgs
  'tunnelled-by-http': { readonly method: 'CONNECT' | 'POST' }
}

/** What else the choice of endpoints depends on. */
export interface EndpointChoices {
  'endpoints-not-in-dump': NoArgs
  /** `share` of requests that stay in the proxy's own locality, of those (`enabled`) that Envoy routes by zone. */
  'zone-routing': { readonly locality: string; readonly share: number; readonly enabled: number }
  'zone-routing-without-local-endpoints': { readonly localCluster: string }
  'zone-routing-by-load-reports': NoArgs
  'weights-by-load-reports': NoArgs
  'endpoint-of-session': { readonly address: string }
  'endpoint-of-session-unavailable': { readonly address: string; readonly strict: boolean }
  /** The LB policy OverrideHost. */
  'endpoint-by-override-host': { readonly address: string }
  'override-host-absent': { readonly sources: readonly string[] }
  'override-host-unknown': { readonly addresses: readonly string[] }
  /** Priorities of which every endpoint gets requests, healthy or not. */
  'endpoints-in-panic': { readonly priorities: readonly Panic[] }
}

/** A priority with too few healthy endpoints. */
export interface Panic {
  readonly priority: number
  /** Healthy or degraded, of all that count. */
  readonly healthy: number
  readonly endpoints: number
  /** Percent that have to be healthy. */
  readonly threshold: number
}

/** `priority 1: 0 of 3 endpoints are healthy, less than 50 %` */
export function panicText(priorities: readonly Panic[]): string {
  return priorities
    .map(({ priority, healthy, endpoints, threshold }) => {
      const which = priority === 0 ? '' : `of priority ${priority} `
      return `${which}${healthy} of ${endpoints} endpoints are healthy, less than ${threshold} %`
    })
    .join('; ')
}

const firstCertificate = ({ ecdsa }: { readonly ecdsa: boolean }): string =>
  `the first one${ecdsa ? ' with an ECDSA key' : ''}`

export const listenerChoiceTexts: Texts<ListenerChoices> = {
  'listener-bound': ({ address }) => `bound to the destination address ${address}`,
  'listener-of-redirect': ({ port }) => `bound to the port of the redirect, ${port}`,
  'listener-keeps-redirected': ({ address }) => `no listener for ${address}, so the capture listener handles it`,
  'listener-handed-over': ({ from, address }) => `handed over by ${from} for the original destination ${address}`,
  'listener-requested': () => 'the request enters here',
  'listener-internal': ({ listener }) => `internal listener ${listener}`,
  'listener-of-custom-response': ({ filter, uri }) => `the custom_response filter ${filter} asks for ${uri}`,
}

export const chainChoiceTexts: Texts<ChainChoices> = {
  'chain-only': () => 'the only chain',
  'chain-by-criteria': ({ criteria }) => `chosen by ${criteria.map(criterionText).join(', ')}`,
  'chain-by-matcher': () => 'named by the filter chain matcher',
  'chain-default': () => 'the default filter chain',
  'chain-default-by-criterion': (failed) => `the default filter chain: no other matches ${criterionText(failed)}`,
  'chain-default-by-matcher': () => 'the default filter chain: the filter chain matcher selects no other',
}

function criterionText({ criterion, value }: CriterionValue): string {
  return `${chainCriterionText[criterion]} ${value}`
}

export const certificateChoiceTexts: Texts<CertificateChoices> = {
  'certificate-only': () => 'the only one',
  'certificate-by-name': ({ name }) => `its name ${name} matches the SNI`,
  'certificate-first-without-sni': (first) => `${firstCertificate(first)}: the client names no server`,
  'certificate-first-no-match': (first) => `${firstCertificate(first)}: none matches the SNI`,
}

export const routeChoiceTexts: Texts<RouteChoices> = {
  'domain-matches': ({ domain, host }) => `domain ${domain} matches host ${host}`,
  'domain-matches-any': ({ domain }) => `domain ${domain} matches every host`,
  'route-first-match': () => 'the first route that matches',
  'cluster-of-route': () => 'cluster of the route',
  'cluster-by-weight': ({ weight, total }) => `weight ${weight} of ${total}`,
  'cluster-by-header': ({ header }) => `named by header ${header}`,
  'cluster-by-plugin': () => 'a cluster specifier plugin decides',
  'cluster-of-tcp-proxy': () => 'cluster of the TCP proxy',
  'cluster-of-tcp-route': () => 'TCP route',
  'cluster-by-sni': () => 'named by the SNI (sni_cluster)',
  'cluster-by-filter-state': () => 'named by filter state (envoy.tcp_proxy.cluster)',
  'tunnelled-by-http': ({ method }) => `tunnelled by HTTP ${method}`,
}

export const endpointChoiceTexts: Texts<EndpointChoices> = {
  'endpoints-not-in-dump': () => 'the dump was taken without endpoints (config_dump?include_eds)',
  'zone-routing': ({ locality, share, enabled }) => {
    const often = enabled === 1 ? '' : ` for ${percent(enabled)} of requests`
    return `zone-aware routing${often}: ${percent(share)} stay in ${locality}, where this proxy is`
  },
  'zone-routing-without-local-endpoints': ({ localCluster }) =>
    `zone-aware routing by local cluster ${localCluster}, whose endpoints are not in the dump: the shares ignore zones`,
  'endpoint-of-session': ({ address }) => `the session belongs to ${address}`,
  'endpoint-of-session-unavailable': ({ address, strict }) =>
    `${address} of the session is not available${strict ? ', and the session is strict' : ': another is chosen'}`,
  'endpoint-by-override-host': ({ address }) => `the request names ${address}`,
  'override-host-absent': ({ sources }) =>
    `no ${sources.join(' and no ')} names an endpoint: the fallback policy chooses`,
  'override-host-unknown': ({ addresses }) =>
    `the cluster does not have ${addresses.join(', ')}, which the request names: the fallback policy chooses`,
  'weights-by-load-reports': () => 'weighed by load reports, which a dump does not have: alike until they come',
  'endpoints-in-panic': ({ priorities }) => `panic, all get requests: ${panicText(priorities)}`,
  'zone-routing-by-load-reports': () =>
    'zone-aware routing by load reports, which a dump does not have: the shares ignore zones',
}
