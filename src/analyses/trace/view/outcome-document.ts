import type { ClientResponse } from '../../../semantics/client-response.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import { reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Alternative } from '../../../walk/trace-result.ts'
import { withoutAbsent } from './without-absent.ts'

/** How a request ends, as `-o json` prints it. */
export function outcomeDocument(outcome: Alternative['outcome']): object {
  const { reason, grpc, response } = outcome
  return withoutAbsent({
    kind: outcome.kind,
    status: outcome.status,
    flags: outcome.flags,
    details: outcome.details,
    location: outcome.location,
    filter: outcome.filter,
    refusedBy: outcome.refusedBy,
    grpc: grpc && { status: grpc.status, httpStatus: grpc.httpStatus },
    probability: outcome.probability,
    response: response && responseDocument(response),
    reason: { code: reason.code, args: reason.args, text: outcomeText(outcome) },
    conditions: outcome.conditions.map((condition) => ({
      filter: condition.filter,
      code: condition.reason.code,
      args: condition.reason.args,
      text: conditionText(condition),
    })),
  })
}

function responseDocument({ originalStatus, changes, body, headers }: ClientResponse): object {
  return withoutAbsent({
    originalStatus,
    changes: changes.map((change) => reasonDocument(change)),
    body:
      body &&
      withoutAbsent({
        source: body.source,
        text: body.text,
        location: body.location,
        format: body.format,
        contentType: body.contentType,
      }),
    headers,
  })
}
