import type { Outcome } from './outcome.ts'
import { reasonText } from './reasons/reason-text.ts'

/** What decided how a request ends, in one sentence. Names in it come from the dump. */
export function outcomeText({
  reason,
  filter,
  refusedBy,
  grpc,
}: Pick<Outcome, 'reason' | 'filter' | 'refusedBy' | 'grpc'>): string {
  const by = [refusedBy && `${refusedBy} refuses it: `, filter && `${filter}: `].filter(Boolean).join('')
  const answer = grpc === undefined ? '' : ` (gRPC status ${grpc.status}, in a ${grpc.httpStatus} that becomes 200)`
  return `${by}${reasonText(reason)}${answer}`
}
