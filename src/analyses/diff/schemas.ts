import { comparedKinds } from '../../envoy/kinds.ts'
import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { anything, flag, integer, listOf, record, text, time } from '../../schema/json-schema.ts'
import { differenceColumns } from './diff-view.ts'

const names = listOf(text)

const change = record(
  { path: { ...text, description: 'virtual_hosts[reviews:80].routes[0].route.timeout' } },
  {
    from: { ...anything, description: "The control plane's value; absent when it has none" },
    to: { ...anything, description: "Envoy's value; absent when it has none" },
    moved: { const: true, description: 'from and to are positions in the list' },
  },
)

const kind = record(
  {
    match: { type: ['boolean', 'null'], description: 'Null for a kind that was not compared' },
    same: { ...integer, description: 'Resources that are equal' },
    onlyInControlPlane: names,
    onlyInEnvoy: names,
    changed: listOf(record({ name: text, changes: listOf(change) })),
    warming: listOf(record({ name: text, active: flag })),
    rejected: listOf(record({ name: text, reason: text }, { lastAttempt: time })),
    patch: {
      ...listOf(record({ op: text, path: text }, { value: anything, from: text })),
      description: "RFC 6902: from the control plane's resources by name to Envoy's",
    },
  },
  {
    skipped: { ...text, description: 'Why the kind was not compared' },
    lastLoaded: { ...time, description: 'Routes: when Envoy last loaded one' },
    delta: { ...anything, description: 'The same as a delta of jsondiffpatch' },
  },
)

/** `status POD`: what Envoy uses, set against what the control plane would send. */
export const diffSchema: AnswerSchema = {
  name: 'diff',
  title: 'A difference between the control plane and Envoy (status POD)',
  kind: 'difference',
  columns: [differenceColumns],
  document: {
    title: 'What differs between the control plane and Envoy (status POD)',
    schema: record({
      match: flag,
      kinds: record({}, Object.fromEntries(comparedKinds.map((name) => [name, kind]))),
    }),
  },
}
