import { isGrpc } from '../matching/grpc.ts'
import type { Outcome } from '../outcome.ts'

/** What the connection manager has seen of a request when it ends. */
export interface Seen {
  contentType?: string | undefined
  /** A filter holds the request back in any case. */
  delayed: boolean
}

/**
 * The outcome as Envoy logs it: whatever Envoy answers itself to a gRPC request is a 200 with the status in `grpc-status`, and a delay
 * leaves its flag. (Utility::sendLocalReply, Grpc::Utility::httpToGrpcStatus)
 */
export function asAnswered(outcome: Outcome, { contentType, delayed }: Seen): Outcome {
  const flags = delayed ? { flags: ['DI', outcome.flags].filter(Boolean).join(',') } : {}
  const { status, details } = outcome
  // A request that cannot be read has no headers yet.
  if (status === undefined || outcome.flags === 'DPE' || contentType === undefined || !isGrpc(contentType))
    return { ...outcome, ...flags }
  const own = details === 'fault_filter_abort' && status === 200
  const grpc = own ? {} : { grpc: { status: grpcStatus(status), httpStatus: status } }
  return { ...outcome, ...flags, status: 200, ...grpc }
}

function grpcStatus(status: number): number {
  return grpcStatuses.get(status) ?? 2
}

const grpcStatuses: ReadonlyMap<number, number> = new Map([
  [200, 0],
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
])
