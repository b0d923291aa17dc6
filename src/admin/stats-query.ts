import type { Args, Context } from '../contract/command.ts'
import { fullMatch } from '../semantics/matching/regex.ts'

/** What the flags of `stats` ask for. */
export interface StatsQuestion {
  /** What a name has to hold: an RE2 expression. */
  readonly filter: string | undefined
  readonly usedOnly: boolean
  /** The document itself is printed, not rows of it. */
  readonly asDocument: boolean
}

/** @see StatsQuestion */
export function statsQuestion(args: Args, format: Context['format']): StatsQuestion {
  return {
    filter: args.string('filter'),
    usedOnly: args.boolean('used-only') === true,
    asDocument: format.shows === 'document',
  }
}

/** The query that has Envoy do the filtering, with the `?`; empty where there is nothing to ask. */
export function statsQuery(
  { filter, usedOnly }: Pick<StatsQuestion, 'filter' | 'usedOnly'>,
  more: Readonly<Record<string, string>> = {},
): string {
  const parameters = new URLSearchParams({ ...more, ...(filter === undefined ? {} : { filter }) })
  if (usedOnly) parameters.set('usedonly', '')
  const text = parameters
    .toString()
    .replaceAll('+', '%20')
    .replace(/usedonly=$/, 'usedonly')
  return text === '' ? '' : `?${text}`
}

/** Whether a name holds what the expression looks for, as Envoy's filter does. */
export function nameFilter(filter: string | undefined): (name: string) => boolean {
  return filter === undefined ? () => true : (name) => fullMatch(`(?s:.*)(?:${filter})(?s:.*)`, name)
}
