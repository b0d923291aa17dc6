import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Args } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { type Difference, differs } from './answer.ts'
import type { CompareOptions } from './compare-proxies.ts'
import { differenceView } from './difference-view.ts'
import { kindsOfFlag, resourceFilter } from './model/comparable-kinds.ts'
import { ignoredPath } from './model/ignored-paths.ts'
import { differenceSchema } from './schemas.ts'

/** What differs between two proxies, or among several. */
export const difference: GatheredAnalysis<CompareOptions, Difference, Difference> = {
  options: compareOptions,
  reduce: (found) => found,
  schema: differenceSchema,
  view: differenceView,
  fails: differs,
}

/** @throws UsageError for a filter that --type leaves out */
function compareOptions(args: Args): CompareOptions {
  const kinds = kindsOfFlag(args.string('type'))
  const only = args.positionals.flatMap((word) => resourceFilter(word) ?? [])
  const left = only.find(({ kind }) => !kinds.includes(kind))
  if (left !== undefined) throw new UsageError(`--type leaves out ${left.kind}, of which ${left.name} is asked for`)
  return {
    kinds,
    only,
    identity: args.boolean('identity') === true,
    ignored: args.strings('ignore').map(ignoredPath),
  }
}
