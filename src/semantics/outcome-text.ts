import type { Outcome } from './outcome.ts'
import { reasonText } from './reasons/reason-text.ts'

/** What decided how a request ends, in one sentence. Names in it come from the dump. */
export function outcomeText({ reason, filter, grpc }: Pick<Outcome, 'reason' | 'filter' | 'grpc'>): string {
  const by = filter === undefined ? '' : `${filter}: `
  const answer = grpc === undefined ? '' : ` (gRPC status ${grpc.status}, in a ${grpc.httpStatus} that becomes 200)`
  return `${by}${reasonText(reason)}${answer}`
}
