import { authzTexts } from '../../src/analyses/authz/authz-reasons.ts'
import { conditionClauses } from '../../src/semantics/reasons/filter-conditions.ts'
import { reasonGroups } from '../../src/semantics/reasons/reason-text.ts'
import { authzSamples, reasonSamples } from './reason-samples.ts'

interface Section {
  readonly title: string
  readonly texts: object
}

const { ends, filters, choices, rejections, responses, warnings } = reasonGroups

/** Where a code can stand in a document, and the codes that can. */
export const reasonSections: readonly Section[] = [
  { title: 'How a request ends: `outcome.reason`', texts: ends },
  {
    title: 'What a filter does: `filters[].reason`, and `outcome.reason` where a filter ends the request',
    texts: filters,
  },
  { title: 'Why a part was chosen: `reasons`', texts: choices },
  { title: 'What was not chosen: `considered`', texts: rejections },
  { title: "What changes an answer of Envoy's own: `outcome.response.changes`", texts: responses },
  { title: 'Warnings: `warnings`', texts: warnings },
  { title: 'Only of `authz --request`, beside those above', texts: authzTexts },
]

/** Codes of filters that cannot be decided; the text is another one. */
export const conditions: Section = {
  title: 'What an outcome depends on: `outcome.conditions`, with the name of the filter in `filter`',
  texts: conditionClauses,
}

/** A row of docs/reason-codes.md. */
export interface ReasonRow {
  readonly code: string
  readonly args: readonly string[]
  /** The sentence, with the arguments of the sample. */
  readonly text: string
}

/** Every code of a table of sentences, with an example. */
export function reasonRows(texts: object): ReasonRow[] {
  const samples = new Map<string, object>(Object.entries({ ...reasonSamples, ...authzSamples }))
  return Object.entries(texts).map(([code, text]) => {
    const args = samples.get(code) ?? {}
    return { code, args: Object.keys(args), text: text(args, 'the filter') }
  })
}

/** The tables of docs/reason-codes.md. */
export function reasonTables(): string {
  return [...reasonSections, conditions]
    .map(({ title, texts }) => {
      const rows = reasonRows(texts).map(({ code, args, text }) => {
        const named = args.map((name) => `\`${name}\``).join(', ')
        return `| \`${code}\` | ${named} | ${text.replaceAll('|', '\\|').replaceAll('*', '\\*')} |`
      })
      return `\n## ${title}\n\n| code | args | for example |\n| --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('')
}
