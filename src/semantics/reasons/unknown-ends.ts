import { type ChainCriterion, chainCriterionText } from './chain-criterion.ts'
import type { Texts } from './texts.ts'
import { type UnknownFact, unknownText } from './unknown-facts.ts'

interface Unknown {
  readonly unknown: readonly UnknownFact[]
}

/** Why it is not decidable how a request goes on: something of the connection was not said and is not in the dump. */
export interface UnknownEnds {
  'listener-depends-on-unknown': { readonly port: number; readonly listeners: readonly string[] } & Unknown
  'filter-chain-depends-on-unknown': { readonly filterChain: string; readonly criterion: ChainCriterion } & Unknown
  /** `wanted`: the header that the route asks for. */
  'route-depends-on-unknown': { readonly route: string; readonly wanted: string } & Unknown
  'tls-requirement-depends-on-unknown': { readonly virtualHost: string } & Unknown
  /** `headers`: those that only a request from inside may bring. */
  'internal-headers-depend-on-unknown': { readonly headers: readonly string[] } & Unknown
  'original-destination-unknown': { readonly cluster: string } & Unknown
  /** Of a cluster to which the request brings its destination. */
  'destination-depends-on-unknown': { readonly cluster: string } & Unknown
  'tcp-cluster-depends-on-unknown': Unknown
  'header-unknown': { readonly header: string } & Unknown
}

export const unknownEndTexts: Texts<UnknownEnds> = {
  'listener-depends-on-unknown': ({ port, listeners, unknown }) =>
    `which listener accepts port ${port} depends on ${unknownText(unknown)}: ${orList(listeners)}`,
  'filter-chain-depends-on-unknown': ({ filterChain, criterion, unknown }) =>
    `whether filter chain ${filterChain} matches by ${chainCriterionText[criterion]} depends on ${unknownText(unknown)}`,
  'route-depends-on-unknown': ({ route, wanted, unknown }) =>
    `route ${route} needs ${wanted}, which depends on ${unknownText(unknown)}`,
  'tls-requirement-depends-on-unknown': ({ virtualHost, unknown }) =>
    `whether virtual host ${virtualHost} requires TLS depends on ${unknownText(unknown)}`,
  'internal-headers-depend-on-unknown': ({ headers, unknown }) =>
    `whether ${headers.join(', ')} may come from the client depends on ${unknownText(unknown)}`,
  'destination-depends-on-unknown': ({ cluster, unknown }) =>
    `the destination of cluster ${cluster} depends on ${unknownText(unknown)}`,
  'tcp-cluster-depends-on-unknown': ({ unknown }) => `the cluster of the TCP proxy depends on ${unknownText(unknown)}`,
  'original-destination-unknown': ({ cluster, unknown }) =>
    `cluster ${cluster} sends to the original destination: ${unknownText(unknown)} is not known`,
  'header-unknown': ({ header, unknown }) => `the header ${header} decides, and it depends on ${unknownText(unknown)}`,
}

const maxNamed = 4

/** Names in one sentence; of many only the first. */
function orList(names: readonly string[]): string {
  if (names.length > maxNamed) return `${names.slice(0, maxNamed).join(', ')} or ${names.length - maxNamed} more`
  return names.length === 1 ? `${names[0]} or none` : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
