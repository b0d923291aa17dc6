import type { Cause, Ender } from './cause/cause.ts'

interface Termination {
  readonly begins: string
  readonly cause: Cause
}

/** Why a connection ended: `%CONNECTION_TERMINATION_DETAILS%` and `%DOWNSTREAM_LOCAL_CLOSE_REASON%`. The longest first. */
const terminations: readonly Termination[] = [
  row(
    'rbac_access_denied',
    'denied by RBAC',
    'policy',
    'An authorization policy denied the connection; its name stands in brackets',
    ['rbac.rules'],
    'kubectl proxy-config authz lists the policies of the proxy in words.',
  ),
  row(
    'rbac_deny_close',
    'denied by RBAC',
    'policy',
    'An authorization policy denied the connection',
    ['rbac.rules'],
    'kubectl proxy-config authz lists the policies of the proxy in words.',
  ),
  row(
    'connection_rejected',
    'rejected',
    'policy',
    'A filter of the listener rejected the connection',
    ['filter_chains.filters'],
    'kubectl proxy-config listeners -o yaml lists the filters.',
  ),
  row(
    'connection_limit',
    'too many connections',
    'policy',
    'The connection limit of the filter chain was reached',
    ['connection_limit.max_connections'],
    'Raise max_connections, or find who opens so many.',
  ),
  row(
    'transport_socket_timeout',
    'TLS handshake too slow',
    'client',
    'The TLS handshake with the client was not done in time',
    ['transport_socket_connect_timeout'],
    'A client that speaks no TLS, or a port check, looks like this.',
  ),
  row(
    'filter_chain_not_found',
    'no filter chain',
    'configuration',
    'No filter chain of the listener matches the connection',
    ['filter_chain_match'],
    'Compare SNI, ALPN, port and TLS with the chains: kubectl proxy-config listeners; trace says why each was rejected.',
  ),
  row(
    'on_idle_timeout',
    'idle too long',
    'configuration',
    'Nothing was sent or received for as long as the connection may be idle',
    ['common_http_protocol_options.idle_timeout'],
    'Raise idle_timeout where the connection is meant to last.',
  ),
  row(
    'tcp_session_idle_timeout',
    'idle too long',
    'configuration',
    'Nothing was sent or received for as long as the connection may be idle',
    ['tcp_proxy.idle_timeout'],
    'Raise idle_timeout of the TCP proxy (1 h by default), or send TCP keep-alives.',
  ),
  row(
    'max_connection_duration_reached',
    'connection too old',
    'configuration',
    'The connection reached the longest time that it may be open',
    ['max_downstream_connection_duration', 'max_connection_duration'],
    'Clients have to open a new connection then; raise the limit where they cannot.',
  ),
  row(
    'deferred_close_on_drained_connection',
    'drained',
    'proxy',
    'The proxy drains: its listener was changed, or it shuts down',
    ['drain_timeout'],
    'Nothing failed; clients open a new connection.',
  ),
  row(
    'http2_ping_timeout',
    'client gone',
    'client',
    'The client did not answer an HTTP/2 ping',
    ['http2_protocol_options.connection_keepalive'],
    'Is the client gone, or its network?',
  ),
  row(
    'http2_connection_protocol_violation',
    'client broke the protocol',
    'client',
    'The client broke a rule of HTTP/2',
    ['http2_protocol_options'],
    'Look at the log of the proxy at level debug.',
  ),
  row(
    'triggered_delayed_close_timeout',
    'client did not close',
    'client',
    'The client did not close the connection after the last answer',
    ['delayed_close_timeout'],
    'Nothing failed.',
  ),
  row(
    'close_for_connect_request_or_tcp_tunneling',
    'tunnel ended',
    'proxy',
    'A tunnel ended',
    ['tunneling_config'],
    'Nothing failed.',
  ),
  row(
    'tcp_initializion_failure:',
    'no connection upstream',
    'network',
    'The TCP proxy could not be connected to the upstream server',
    ['tcp_proxy.cluster'],
    'Look at the endpoints of the cluster.',
  ),
  row(
    'closing_upstream_tcp_connection_due_to_downstream_',
    'ended with the client',
    'client',
    'The connection upstream was closed since the one of the client ended',
    [],
    'Nothing failed.',
  ),
  row(
    'non_pooled_tcp_connection_host_health_failure',
    'host unhealthy',
    'upstream',
    'The host became unhealthy, and its connections were closed',
    ['close_connections_on_host_health_failure'],
    'Look at the endpoints of the cluster.',
  ),
]

/** What such a value means; undefined for one that this program does not know. Spaces may be underscores. */
export function termination(value: string): Cause | undefined {
  const text = value.toLowerCase().replaceAll(' ', '_')
  return terminations.find(({ begins }) => text.startsWith(begins))?.cause
}

function row(
  begins: string,
  title: string,
  by: Ender,
  meaning: string,
  fields: readonly string[],
  next: string,
): Termination {
  return { begins, cause: { title, meaning, by, sure: 'certain', fields, next, source: 'constants' } }
}
