import { authzTexts } from '../../src/analyses/authz/authz-reasons.ts'
import {
  certificateChoiceTexts,
  chainChoiceTexts,
  endpointChoiceTexts,
  listenerChoiceTexts,
  routeChoiceTexts,
} from '../../src/semantics/reasons/choice-reasons.ts'
import { connectionEndTexts } from '../../src/semantics/reasons/connection-ends.ts'
import { filterTexts } from '../../src/semantics/reasons/filter-reasons.ts'
import { httpEndTexts } from '../../src/semantics/reasons/http-ends.ts'
import { reasonTexts } from '../../src/semantics/reasons/reason-text.ts'
import { rejectionTexts } from '../../src/semantics/reasons/rejection-reasons.ts'
import { subsetTexts } from '../../src/semantics/reasons/subset-reasons.ts'
import { unknownEndTexts } from '../../src/semantics/reasons/unknown-ends.ts'
import { upstreamEndTexts } from '../../src/semantics/reasons/upstream-ends.ts'
import { warningTexts } from '../../src/semantics/reasons/warnings.ts'
import { authzSamples, reasonSamples } from './reason-samples.ts'

/** Where a code can stand in a document, and the codes that can. */
export const reasonSections: readonly { readonly title: string; readonly tables: readonly object[] }[] = [
  {
    title: 'How a request ends: `outcome.reason`',
    tables: [connectionEndTexts, httpEndTexts, upstreamEndTexts, unknownEndTexts],
  },
  {
    title: 'What a filter does: `filters[].reason`, and `outcome.reason` where a filter ends the request',
    tables: [filterTexts],
  },
  {
    title: 'Why a part was chosen: `reasons`',
    tables: [
      listenerChoiceTexts,
      chainChoiceTexts,
      certificateChoiceTexts,
      routeChoiceTexts,
      endpointChoiceTexts,
      subsetTexts,
    ],
  },
  { title: 'What was not chosen: `considered`', tables: [rejectionTexts] },
  { title: 'Warnings: `warnings`', tables: [warningTexts] },
  { title: 'Only of `authz --request`, beside those above', tables: [authzTexts] },
]

/** A row of docs/reason-codes.md. */
export interface ReasonRow {
  readonly code: string
  readonly args: readonly string[]
  /** The sentence, with the arguments of the sample. */
  readonly text: string
}

/** Every code of a table of sentences, with an example. */
export function reasonRows(table: object): ReasonRow[] {
  const samples = new Map<string, object>(Object.entries({ ...reasonSamples, ...authzSamples }))
  const texts = new Map<string, (args: never) => string>(Object.entries({ ...reasonTexts, ...authzTexts }))
  return Object.keys(table).map((code) => {
    const args = samples.get(code) ?? {}
    const text = texts.get(code)
    if (text === undefined) throw new Error(`the code ${code} has no sentence`)
    return { code, args: Object.keys(args), text: text(args as never) }
  })
}

/** The tables of docs/reason-codes.md. */
export function reasonTables(): string {
  return reasonSections
    .map(({ title, tables }) => {
      const rows = tables.flatMap(reasonRows).map(({ code, args, text }) => {
        const named = args.map((name) => `\`${name}\``).join(', ')
        return `| \`${code}\` | ${named} | ${text.replaceAll('|', '\\|').replaceAll('*', '\\*')} |`
      })
      return `\n## ${title}\n\n| code | args | for example |\n| --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('')
}
