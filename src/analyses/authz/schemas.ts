import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { anything, listOf, oneOf, record, text } from '../../schema/json-schema.ts'
import { reasonSchema as reason } from '../../schema/reason-schema.ts'
import { answerColumns } from './answer-view.ts'
import { policyColumns } from './policies-view.ts'

const layer = oneOf('HTTP', 'TCP')

const location = record(
  { filter: text },
  {
    listener: text,
    filterChain: text,
    routeConfiguration: text,
    virtualHost: text,
    route: text,
    cluster: text,
  },
)

const policies = listOf(
  record(
    {
      action: text,
      policy: text,
      layers: listOf(layer),
      rules: listOf(
        record(
          { id: text, layer, condition: text },
          { policy: { ...anything, description: "Envoy's policy, as the proxy has it" } },
        ),
      ),
      locations: listOf(location),
    },
    { dryRun: { const: true } },
  ),
)

const answer = record(
  {
    verdict: oneOf('allowed', 'denied', 'undecided', 'not reached'),
    reason,
    steps: listOf(
      record(
        {
          listener: text,
          filterChain: text,
          filter: text,
          verdict: oneOf('passes', 'denies', 'answers', 'undecided', 'disabled'),
        },
        { route: text, policy: text, reason, missed: listOf(record({ policy: text, unmet: text }, {})) },
      ),
    ),
  },
  { policy: text },
)

/** The policies of a proxy. */
export const policiesSchema: AnswerSchema = {
  name: 'authz',
  title: 'An authorization policy',
  kind: 'policy',
  columns: [policyColumns],
  document: { title: 'Authorization policies', schema: policies },
}

/** What they say to a request. */
export const requestVerdictSchema: AnswerSchema = {
  name: 'authz-request',
  title: 'What a filter says to a request (authz --request)',
  kind: 'verdict',
  columns: [answerColumns],
  document: { title: 'What authorization policies say to a request', schema: answer },
}
