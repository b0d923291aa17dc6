import type { AnswerSchema } from '../schema/answer-schema.ts'
import { difference } from './compare/difference.ts'
import { description } from './describe/description.ts'
import { syncDifference } from './diff/sync-difference.ts'
import { logExplanation } from './explain/log-explanation.ts'
import { meshSync } from './status/mesh-sync.ts'
import { casesSchema } from './trace/view/schemas.ts'
import { requestTrace } from './trace/view/traced-request.ts'
import { waitSchema } from './wait/wait-view.ts'
import { watchSchema } from './watch/watch-view.ts'

/** What is shown of the analyses whose commands ask more than proxies: clusters, control planes, files of requests. */
export const ownSchemas: readonly AnswerSchema[] = [
  requestTrace.schema,
  casesSchema,
  meshSync.schema,
  syncDifference.schema,
  difference.schema,
  watchSchema,
  waitSchema,
  description.schema,
  logExplanation.schema,
]
