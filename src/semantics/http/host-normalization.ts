import type { JsonObject } from '../../envoy/json.ts'

/**
 * The Host header after `strip_trailing_host_dot` and the port stripping of the connection manager.
 * @param connectionManager HttpConnectionManager
 * @param listenerPort port of the connection's local address, which `strip_matching_host_port` compares with
 */
export function normalizeHost(host: string, connectionManager: JsonObject, listenerPort: number): string {
  const dotless = connectionManager.strip_trailing_host_dot === true ? withoutTrailingDot(host) : host
  const start = portStart(dotless)
  if (start === undefined) return dotless
  const port = dotless.slice(start + 1)
  if (!/^\d+$/.test(port)) return dotless
  const strip =
    connectionManager.strip_any_host_port === true ||
    (connectionManager.strip_matching_host_port === true && Number(port) === listenerPort)
  return strip ? dotless.slice(0, start) : dotless
}

/** The host without its port, numeric or not, as `ignore_port_in_host_matching` looks it up. */
export function hostWithoutPort(host: string): string {
  const start = portStart(host)
  return start === undefined ? host : host.slice(0, start)
}

/** Position of the colon before the port; an IPv6 literal's own colons do not count. */
function portStart(host: string): number | undefined {
  const colon = host.lastIndexOf(':')
  return colon < 0 || host.lastIndexOf(']') > colon ? undefined : colon
}

/** The dot may be followed by a port. */
function withoutTrailingDot(host: string): string {
  const dot = host.lastIndexOf('.')
  if (dot < 0) return host
  const after = host[dot + 1]
  return after === undefined || after === ':' ? host.slice(0, dot) + host.slice(dot + 1) : host
}
