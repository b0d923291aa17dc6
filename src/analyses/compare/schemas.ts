import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { anything, flag, integer, listOf, mapOf, oneOf, record, text } from '../../schema/json-schema.ts'
import { comparisonColumns } from './difference-view.ts'
import { comparableKinds } from './model/comparable-kinds.ts'

const objects = {
  ...listOf(text),
  description: 'The objects of the control plane that it was made from: virtualservice/reviews.shop',
}

const named = listOf(record({ name: text, objects }))

const change = record(
  { path: { ...text, description: 'virtual_hosts[reviews:80].routes[0].route.timeout' }, objects },
  {
    from: { ...anything, description: 'The value of the first side; absent when it has none' },
    to: { ...anything, description: 'The value of the second side; absent when it has none' },
    moved: { const: true, description: 'from and to are positions in the list' },
  },
)

const kind = record(
  {
    match: { type: ['boolean', 'null'], description: 'Null for a kind that was not compared' },
    same: { ...integer, description: 'Resources that are equal, or differ in nothing that is shown' },
    removed: { ...named, description: 'Resources that only the first side has' },
    added: { ...named, description: 'Resources that only the second side has' },
    changed: listOf(record({ name: text, changes: listOf(change) })),
    unused: {
      ...listOf(
        record({ name: text, side: oneOf('before', 'after'), state: oneOf('warming', 'error') }, { reason: text }),
      ),
      description: 'What only one side was sent and does not use',
    },
    leftOut: {
      ...mapOf(integer),
      description: 'Resources with differences that are not shown, by the rule; ignored stands for --ignore',
    },
  },
  { skipped: { ...text, description: 'Why the kind was not compared' } },
)

/** `diff`: what differs between proxies. */
export const differenceSchema: AnswerSchema = {
  name: 'difference',
  title: 'A difference between two proxies (diff)',
  kind: 'difference',
  columns: [comparisonColumns],
  document: {
    title: 'What differs between proxies (diff)',
    schema: record(
      {
        match: flag,
        compared: { ...integer, description: 'Pairs of proxies that were compared' },
        pairs: listOf(
          record(
            {
              before: text,
              after: text,
              match: flag,
              kinds: record({}, Object.fromEntries(comparableKinds.map((name) => [name, kind]))),
            },
            {
              requests: {
                ...listOf(record({ name: text, before: text, after: text })),
                description: 'With --requests: those that come to something else on the second side',
              },
            },
          ),
        ),
      },
      {
        groups: {
          ...listOf(listOf(text)),
          description:
            'Proxies that have loaded the same, the smallest group first; pairs hold each against the largest',
        },
        onlyBefore: listOf(text),
        onlyAfter: listOf(text),
      },
    ),
  },
}
