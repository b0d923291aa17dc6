import { anything, listOf, oneOf, record, text } from './json-schema.ts'
import { reasonSchema as reason } from './reason.ts'

const texts = listOf(text)
const layer = oneOf('HTTP', 'TCP')

/** `authz -o json`: the policies of a proxy. */
export const policiesSchema = listOf(
  record(
    {
      action: text,
      policy: text,
      on: listOf(layer),
      rules: listOf(
        record(
          { id: text, on: layer, matches: text },
          { policy: { ...anything, description: "Envoy's policy, as the proxy has it" } },
        ),
      ),
      where: texts,
    },
    { dryRun: { const: true } },
  ),
)

/** `authz --request -o json`: what the policies say to a request. */
export const answerSchema = record(
  {
    verdict: oneOf('allowed', 'denied', 'undecided'),
    reason,
    steps: listOf(
      record(
        {
          listener: text,
          filterChain: text,
          filter: text,
          verdict: oneOf('passes', 'denies', 'answers', 'undecided', 'disabled'),
        },
        { policy: text, reason },
      ),
    ),
  },
  { policy: text },
)
