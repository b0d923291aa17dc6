import type { AnswerSchema } from '../schema/answer-schema.ts'
import { loggers } from './loggers.ts'
import { serverFacts } from './server-facts.ts'
import { hostStatistics, serverStatistics } from './statistics.ts'

/** What is shown of the small admin pages. */
export const adminSchemas: readonly AnswerSchema[] = [serverFacts, serverStatistics, hostStatistics, loggers].map(
  ({ schema }) => schema,
)
