import type { Step } from '../../../../envoy/control-plane/with-words.ts'

/** Who ended a request, or made it fail. */
export type Ender = 'client' | 'proxy' | 'upstream' | 'network' | 'configuration' | 'control-plane' | 'policy'

/** How far the line by itself proves who it was. */
export type Certainty = 'certain' | 'likely' | 'unclear'

/** What one value of an access log means: a flag, a detail, a reason for a failed handshake, a status. */
export interface Cause {
  /** What it is about in two or three words; stands in tables. */
  readonly title: string
  /** One sentence. */
  readonly meaning: string
  readonly by: Ender
  readonly sure: Certainty
  /** The fields of Envoy's configuration that govern it. */
  readonly fields: readonly string[]
  /** What to look at or to change next; a command where there is one. */
  readonly next: Step
  /** Where Envoy documents or defines it. */
  readonly source: Source
}

/** Documents and files of Envoy and of standards that the tables were made from. */
export const sources = {
  flags: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage',
  details: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
  constants: 'envoy/stream_info/stream_info.h',
  filters: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/http_filters',
  codecs: 'source/common/http',
  tls: 'RFC 8446, 6',
  grpc: 'https://grpc.io/docs/guides/status-codes/',
  http: 'RFC 9110, 15',
} as const

export type Source = keyof typeof sources

/** Who it was, in a few words. */
export const enderTexts: Readonly<Record<Ender, string>> = {
  client: 'the client',
  proxy: 'this proxy',
  upstream: 'the upstream server',
  network: 'the way to the upstream server',
  configuration: 'the configuration of this proxy',
  'control-plane': 'the control plane',
  policy: 'a policy that this proxy enforces',
}

export const certaintyTexts: Readonly<Record<Certainty, string>> = {
  certain: 'certain',
  likely: 'likely',
  unclear: 'unclear',
}
