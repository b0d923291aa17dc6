import { flag, type ResponseFlag } from './response-flag.ts'

const endpoints = 'kubectl proxy-config endpoints --cluster CLUSTER shows the hosts and their health.'

/** Flags of what failed between this proxy and the upstream server, the one that says most first. */
export const upstreamFailures: readonly ResponseFlag[] = [
  flag('UO', 'UpstreamOverflow', {
    title: 'circuit breaker open',
    meaning:
      'A circuit breaker of the cluster was open: as many connections, requests or retries as allowed were in use',
    by: 'configuration',
    sure: 'likely',
    fields: ['circuit_breakers.thresholds', 'max_pending_requests', 'max_connections', 'max_requests', 'max_retries'],
    next: { text: 'Raise the limit, or find out why requests take so long.', topic: 'limits' },
  }),
  flag('UH', 'NoHealthyUpstream', {
    title: 'no healthy host',
    meaning: 'The cluster has no host that may be chosen: none at all, none of the subset, or all unhealthy',
    by: 'upstream',
    sure: 'likely',
    fields: ['load_assignment', 'outlier_detection', 'health_checks', 'lb_subset_config', 'healthy_panic_threshold'],
    next: `Are pods ready, and does the Service select them? ${endpoints}`,
  }),
  flag('UPE', 'UpstreamProtocolError', {
    title: 'upstream broke the protocol',
    meaning: 'The answer of the upstream server is no valid HTTP of the version that the cluster speaks',
    by: 'upstream',
    sure: 'likely',
    fields: ['http2_protocol_options', 'http_protocol_options', 'explicit_http_config'],
    next: 'Compare the protocol of the port (name or appProtocol of the Service port) with what the server speaks: kubectl proxy-config clusters -o wide.',
  }),
  flag('UF', 'UpstreamConnectionFailure', {
    title: 'connection failed',
    meaning: 'No connection to the upstream host could be made: refused, timed out, or its TLS handshake failed',
    by: 'network',
    sure: 'likely',
    fields: ['connect_timeout', 'transport_socket', 'endpoint.address'],
    next: `Does the server listen on that port, and does a network policy let the proxy in? ${endpoints}`,
  }),
  flag('UC', 'UpstreamConnectionTermination', {
    title: 'connection closed by upstream',
    meaning: 'The connection to the upstream host was closed before the answer was complete',
    by: 'upstream',
    sure: 'likely',
    fields: ['common_http_protocol_options.idle_timeout', 'retry_policy.retry_on'],
    next: 'Did the pod restart or drain? If only now and then on a reused connection: make the idle timeout of the cluster shorter than the keep-alive of the server, and retry on reset-before-request.',
  }),
  flag('UR', 'UpstreamRemoteReset', {
    title: 'reset by upstream',
    meaning: 'The upstream server reset the stream',
    by: 'upstream',
    sure: 'certain',
    fields: ['retry_policy.retry_on', 'max_concurrent_streams'],
    next: 'Look at the log of the server; http2.remote_refuse in the details means that it did not begin with the request.',
  }),
  flag('UT', 'UpstreamRequestTimeout', {
    title: 'timed out',
    meaning: 'The upstream server did not answer within the time limit of the route',
    by: 'upstream',
    sure: 'likely',
    fields: ['route.timeout', 'retry_policy.per_try_timeout'],
    next: { text: 'Raise the timeout, or find out why the server takes so long.', topic: 'timeout' },
  }),
]
