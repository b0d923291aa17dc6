import type { AnswerSchema } from '../../../schema/answer-schema.ts'
import {
  anything,
  flag,
  integer,
  type JsonSchema,
  listOf,
  mapOf,
  oneOf,
  probability,
  record,
  text,
} from '../../../schema/json-schema.ts'
import { reasonSchema as reason } from '../../../schema/reason-schema.ts'
import { outcomeKinds } from '../../../semantics/outcome.ts'
import { hopSchema as hop } from './hop-schema.ts'
import { requestSchema as request } from './request-schema.ts'
import { traceColumns } from './trace-view.ts'

const texts = listOf(text)

const outcome = record(
  {
    kind: oneOf(...outcomeKinds),
    reason,
    probability,
    conditions: {
      ...listOf(record({ filter: text, code: text, args: mapOf(anything), text })),
      description: 'What has to hold for it: filters that cannot be decided from a dump. Empty when it is certain',
    },
  },
  {
    status: integer,
    flags: { ...text, description: 'As %RESPONSE_FLAGS%' },
    details: { ...text, description: 'As %RESPONSE_CODE_DETAILS% where Envoy sets it' },
    location: text,
    filter: { ...text, description: 'The filter that ended the request' },
    refusedBy: { ...text, description: 'The proxy that refuses it, where that is the next one (--follow)' },
    response: {
      ...record(
        { originalStatus: integer, changes: listOf(reason) },
        {
          body: record({ source: text }, { text, location: text, format: text, contentType: text }),
          headers: { ...texts, description: '"name: value" as configured' },
        },
      ),
      description: "What the client gets where local_reply_config or custom_response change Envoy's own answer",
    },
    grpc: {
      ...record({ status: integer, httpStatus: integer }),
      description: 'Answer to a gRPC request: grpc-status, and the HTTP status that Envoy made a 200 of',
    },
  },
)

const alternatives = listOf(record({ probability, hops: listOf(hop), outcome }))
const traffic = {
  ...listOf(
    record(
      {
        cluster: text,
        maxAttempts: { ...integer, description: 'The most attempts that the route makes of one request' },
      },
      {
        attempts: { ...integer, description: 'Requests sent to hosts, retries included' },
        errors: integer,
        requests: {
          ...integer,
          description: 'Requests of clients, by whatever route; absent where the proxy keeps no such statistics',
        },
        retries: integer,
      },
    ),
  ),
  description: 'With --traffic: what the clusters on the way have counted since the proxy started',
}
const traced = record({ proxy: text, request, alternatives }, { traffic })

const caseKeys = {
  name: text,
  passed: flag,
  failures: listOf(record({ field: text, expected: text, actual: text })),
}

const error: JsonSchema = { ...text, description: 'Which case cannot be read, and why; nothing was traced' }

/** A case of a requests file; `virtualHost` in place of the trace for Envoy's router check format. */
const traceCase = (head: Readonly<Record<string, JsonSchema>>) =>
  record({ ...head, ...caseKeys }, { request, alternatives, virtualHost: text, error })

/** `trace`: where a request goes. */
export const traceSchema: AnswerSchema = {
  name: 'trace',
  title: 'A listener on the way of a request',
  kind: 'trace',
  columns: [traceColumns],
  document: {
    title: 'Where a request goes, and why',
    // One object, or a list when the request is followed through several proxies.
    schema: { oneOf: [traced, listOf(traced)] },
  },
}

/** `trace --requests`: the cases of a file. */
export const casesSchema: AnswerSchema = {
  name: 'cases',
  title: 'A case of a requests file (trace --requests)',
  kind: 'case',
  columns: [],
  record: traceCase,
  document: { title: 'The cases of a requests file (trace --requests)', schema: listOf(traceCase({})) },
}
