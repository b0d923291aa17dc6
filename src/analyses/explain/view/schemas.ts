import type { AnswerSchema } from '../../../schema/answer-schema.ts'
import { integer, listOf, number, oneOf, record, text } from '../../../schema/json-schema.ts'
import { findingCodes } from '../join/finding.ts'
import { failureColumns } from './columns.ts'

const counts = listOf(record({ name: text, count: integer }))

const kind = record(
  {
    count: integer,
    flagList: { ...listOf(text), description: 'The response flags one by one; flags has them as the line does' },
    cause: text,
    meaning: text,
    endedBy: oneOf('client', 'proxy', 'upstream', 'network', 'configuration', 'control-plane', 'policy'),
    certainty: oneOf('certain', 'likely', 'unclear'),
    fields: { ...listOf(text), description: 'Fields of the configuration of Envoy that govern it' },
    advice: text,
    source: { ...text, description: 'Where Envoy documents or defines it' },
    otherFlags: listOf(record({ cause: text, meaning: text })),
    unknown: { ...listOf(text), description: 'Values that this program does not know' },
    findings: listOf(record({ code: oneOf(...Object.keys(findingCodes)), text })),
    hosts: counts,
    routes: counts,
    authorities: counts,
    examples: listOf(text),
  },
  { code: text, flags: text, details: text, cluster: text, grpcStatus: text, first: text, last: text },
)

const destination = record(
  { requests: integer, failures: integer },
  { cluster: text, route: text, p50Milliseconds: number, p99Milliseconds: number },
)

const verification = record({
  compared: { ...integer, description: 'Requests that were traced and compared with their line' },
  untraceable: { ...integer, description: 'Requests that the line says too little of' },
  predicted: integer,
  event: { ...integer, description: 'The predicted way, and an event at run time on it' },
  header: { ...integer, description: 'Routed by headers that the line does not hold' },
  rewritten: { ...integer, description: 'Logged with a host that was rewritten' },
  undecided: { ...integer, description: 'What the trace cannot decide' },
  differs: { ...integer, description: 'Another way or end than the trace says' },
  disagreements: listOf(
    record({ line: text, reason: oneOf('header', 'rewritten', 'undecided', 'differs'), traced: text }),
  ),
})

const document = record(
  {
    requests: integer,
    failures: integer,
    otherLines: { ...integer, description: 'Lines that are none of an access log' },
    filteredOut: { ...integer, description: 'Requests that --where left out' },
    formats: { ...listOf(text), description: 'The formats that lines had' },
    kinds: listOf(kind),
    destinations: listOf(destination),
  },
  { first: text, last: text, verification },
)

/** `explain`: kinds of failures in an access log. */
export const explainSchema: AnswerSchema = {
  name: 'explain',
  title: 'A kind of failure in an access log',
  kind: 'failure',
  columns: [failureColumns],
  document: { title: 'What an access log says', schema: document },
}
