import { flagsOf } from '../knowledge/response-flags.ts'
import { grpcStatus } from '../knowledge/statuses.ts'
import type { LoggedRequest } from '../log/logged-request.ts'

/** Whether a request or a connection failed, whoever is to blame: a status from 400 on, a flag, a gRPC status, a denied connection. */
export function failed(line: LoggedRequest): boolean {
  const code = line.get('code')
  if (code !== undefined && code >= '4' && code.length === 3) return true
  const flags = line.get('flags')
  if (flags !== undefined && flagsOf(flags).some(({ isAside }) => isAside !== true)) return true
  if (flags !== undefined && flagsOf(flags).length === 0) return true
  const grpc = line.get('grpcStatus')
  if (grpc !== undefined && (grpcStatus(grpc)?.code ?? 0) !== 0) return true
  if (code === undefined && flags === undefined && isFailure(line.get('details'))) return true
  return line.get('transportFailure') !== undefined || line.get('downstreamFailure') !== undefined || isDenied(line)
}

/** A connection that a policy ended has this alone. */
function isDenied(line: LoggedRequest): boolean {
  return line.get('termination')?.startsWith('rbac_access_denied') === true
}

/** Details alone, as people pass them on: what goes well has a few of its own. */
function isFailure(details: string | undefined): boolean {
  return details !== undefined && !wellEnded.has(details)
}

const wellEnded: ReadonlySet<string> = new Set([
  'via_upstream',
  'direct_response',
  'internal_redirect',
  'admin_filter_response',
  'health_check_ok',
  'cors_response',
])
