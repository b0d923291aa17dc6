import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { boundListeners } from '../../semantics/connection/listeners.ts'
import type { RequestSpec } from '../../walk/request/request-spec.ts'
import { type ResolvedRequest, resolveRequest } from '../../walk/request/resolve-request.ts'

/**
 * The request at the listener that takes it: policies are about what comes to a workload. A port that the proxy itself listens on is
 * not redirected; Istio's agent, for one, has ports that iptables leaves alone.
 * @throws UsageError
 */
export function resolveAuthzRequest(spec: RequestSpec, dump: ConfigDump): ResolvedRequest {
  const { port } = spec
  const isBound = boundListeners(dump).some(({ addresses }) => addresses.some((own) => own.port === port))
  const redirected = spec.redirected ?? (isBound ? false : undefined)
  return resolveRequest({ ...spec, inbound: true, redirected }, dump)
}
