import { isGrpc } from '../matching/grpc.ts'
import type { Outcome } from '../outcome.ts'

/** The outcome with the flag that a delay leaves. @param delayed a filter holds the request back in any case */
export function withDelayFlag(outcome: Outcome, delayed: boolean): Outcome {
  return delayed ? { ...outcome, flags: ['DI', outcome.flags].filter(Boolean).join(',') } : outcome
}

/**
 * The outcome as Envoy logs it: whatever Envoy answers itself to a gRPC request is a 200 with the status in `grpc-status`.
 * (Utility::sendLocalReply, Grpc::Utility::httpToGrpcStatus)
 */
export function asGrpc(outcome: Outcome, contentType: string | undefined): Outcome {
  const { status, details } = outcome
  // A request that cannot be read has no headers yet.
  if (status === undefined || outcome.flags === 'DPE' || contentType === undefined || !isGrpc(contentType))
    return outcome
  const own = details === 'fault_filter_abort' && status === 200
  const grpc = own ? {} : { grpc: { status: grpcStatusOf(status), httpStatus: status } }
  return { ...outcome, status: 200, ...grpc }
}

/** The gRPC status that an HTTP status stands for. */
export function grpcStatusOf(status: number): number {
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
