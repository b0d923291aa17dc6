import { type RefusedCertificate, refusedText } from './certificate-fault.ts'
import { type ChainCriterion, chainCriterionText } from './chain-criterion.ts'
import { type AbsentResource, absenceText } from './resource-absence.ts'
import type { NoArgs, Texts } from './texts.ts'

/** Why a connection ends before its filters: listener, filter chain, TLS. */
export interface ConnectionEnds {
  'dump-without-listeners': NoArgs
  'listener-not-serving': { readonly address: string; readonly listener: string } & AbsentResource
  'listener-not-bound': { readonly address: string; readonly listener: string }
  'listeners-awaited': { readonly address: string; readonly warmingClusters: number }
  'listeners-without-address': { readonly address: string }
  /** `ports`: where something listens, as long as they are few. */
  'listener-missing': { readonly address: string; readonly ports: readonly number[] }
  /** iptables does not redirect it to Envoy, and Envoy does not listen there. */
  'connection-not-redirected': { readonly port: number; readonly rule: ExemptionRule; readonly annotation?: string }
  'internal-listener-missing': { readonly listener: string }
  'internal-listener-loop': { readonly listener: string }
  /** `serverNames`: what the chains have, where the server name decided. */
  'filter-chain-missing': {
    readonly listener: string
    readonly criterion?: ChainCriterion | undefined
    readonly value?: string | undefined
    readonly serverNames: readonly string[]
  }
  'terminal-filter-missing': NoArgs
  'transport-socket-unknown': { readonly transportSocket: string }
  'plaintext-to-tls': NoArgs
  'client-certificate-missing': NoArgs
  'client-certificate-untrusted': NoArgs
  /** Between two proxies whose certificates are both known. */
  'server-certificate-refused': RefusedCertificate
  'client-certificate-refused': RefusedCertificate
  'secret-awaited': { readonly secret: string } & AbsentResource
  'tcp-route-missing': NoArgs
}

/** What leaves a connection alone: rules of a mesh for every pod, an annotation of the pod, or that it goes to a loopback address. */
export type ExemptionRule = 'istio' | 'osm' | 'annotation' | 'loopback'

const exemptedBy: Readonly<Record<ExemptionRule, string>> = {
  istio: "Istio's rules for iptables leave it alone",
  osm: "OSM's rules for iptables leave it alone",
  annotation: 'an annotation of the pod leaves it out',
  loopback: 'it goes to a loopback address',
}

/** `port 15020 is not redirected to Envoy: Istio's rules for iptables leave it alone` */
export function notRedirectedText({ port, rule, annotation }: ConnectionEnds['connection-not-redirected']): string {
  return `port ${port} is not redirected to Envoy: ${annotation ?? exemptedBy[rule]}${annotation === undefined ? '' : ' of the pod leaves it out'}`
}

/** Server names that are listed before the rest is left out. */
const maxNames = 5

export const connectionEndTexts: Texts<ConnectionEnds> = {
  'dump-without-listeners': () => 'the dump has no listeners; which one accepts the request cannot be looked up',
  'listener-not-serving': ({ address, listener, ...absent }) =>
    `no listener accepts ${address}; listener ${listener} ${absenceText(absent)}`,
  'listener-not-bound': ({ address, listener }) =>
    `no listener accepts ${address}; listener ${listener} does not bind to its port and is only reached by a redirect`,
  'listeners-awaited': ({ address, warmingClusters }) =>
    `no listener accepts ${address}; Envoy has no listener yet: ${warmingClusters} of its clusters are still warming`,
  'listeners-without-address': ({ address }) =>
    `no listener accepts ${address}; no listener of the dump has an address to listen on`,
  'listener-missing': ({ address, ports }) =>
    `no listener accepts ${address}${ports.length === 0 ? '' : `; something listens on ${ports.join(', ')}`}`,
  'connection-not-redirected': (exempted) =>
    `${notRedirectedText(exempted)}, and Envoy does not listen there: the connection does not pass it`,
  'internal-listener-missing': ({ listener }) => `there is no internal listener ${listener}`,
  'internal-listener-loop': ({ listener }) => `internal listeners lead back to ${listener}`,
  'filter-chain-missing': ({ listener, criterion, value = '', serverNames }) => {
    const why = criterion === undefined ? '' : `: none matches ${chainCriterionText[criterion]} ${value}`.trimEnd()
    const known = serverNames.slice(0, maxNames).join(', ')
    const names = known === '' ? '' : `; there are ${known}${serverNames.length > maxNames ? ' …' : ''}`
    return `no filter chain of ${listener} matches the connection${why}${names}`
  },
  'terminal-filter-missing': () => 'the filter chain has no terminal filter',
  'transport-socket-unknown': ({ transportSocket }) =>
    `what the transport socket ${transportSocket} accepts is not decidable from a dump`,
  'plaintext-to-tls': () => 'the filter chain expects TLS and the client sends plaintext: the connection is closed',
  'client-certificate-missing': () => 'the filter chain requires a client certificate and the client has none',
  'client-certificate-untrusted': () => 'the client certificate is not trusted by the filter chain',
  'server-certificate-refused': refusedText,
  'client-certificate-refused': refusedText,
  'secret-awaited': ({ secret, ...absent }) => `secret ${secret} of the filter chain ${absenceText(absent)}`,
  'tcp-route-missing': () => 'no TCP route matches the connection',
}
