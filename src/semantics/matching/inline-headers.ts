/**
 * Headers of requests that Envoy keeps as one value, joined with commas where the client sends several: the ones it knows by name.
 * (envoy/http/header_map.h, and what its filters register; test/lab asks a real Envoy)
 */
export function isInline(name: string): boolean {
  return inline.has(name)
}

const inline: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'authorization', 'cache-control', 'cdn-loop', 'connection', 'content-encoding'],
  ...['access-control-request-headers', 'access-control-request-method', 'content-length', 'content-type', 'expect'],
  ...['grpc-accept-encoding', 'grpc-timeout', 'if-match', 'if-modified-since', 'if-none-match', 'if-range'],
  ...['if-unmodified-since', 'keep-alive', 'origin', 'pragma', 'proxy-connection', 'referer', 'te', 'upgrade'],
  ...['transfer-encoding', 'user-agent', 'via', 'x-client-trace-id', 'x-forwarded-client-cert', 'x-forwarded-for'],
  ...['x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-request-id'],
  ...['attempt-count', 'decorator-operation', 'downstream-service-cluster', 'downstream-service-node'].map(ofEnvoy),
  ...['expected-rq-timeout-ms', 'external-address', 'force-trace', 'hedge-on-per-try-timeout', 'internal'].map(ofEnvoy),
  ...['ip-tags', 'is-timeout-retry', 'max-retries', 'original-path', 'original-url'].map(ofEnvoy),
  ...['retriable-header-names', 'retriable-status-codes', 'retry-grpc-on', 'retry-on'].map(ofEnvoy),
  ...['upstream-alt-stat-name', 'upstream-rq-per-try-timeout-ms', 'upstream-rq-timeout-alt-response'].map(ofEnvoy),
  'x-envoy-upstream-rq-timeout-ms',
])

function ofEnvoy(name: string): string {
  return `x-envoy-${name}`
}
