/** Headers that only requests from inside may bring: Envoy takes them away from all others. (cleanInternalHeaders) */
export const internalOnly: readonly string[] = [
  ...['retry-on', 'retry-grpc-on', 'max-retries', 'retriable-header-names', 'retriable-status-codes'],
  ...['upstream-alt-stat-name', 'upstream-rq-timeout-ms', 'upstream-rq-per-try-timeout-ms'],
  ...['upstream-rq-timeout-alt-response', 'expected-rq-timeout-ms', 'hedge-on-per-try-timeout'],
  ...['force-trace', 'ip-tags', 'original-url'],
].map((name) => `x-envoy-${name}`)

/** Headers that not even a request from inside may bring to an edge. */
export const atEdge: readonly string[] = [
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
]
