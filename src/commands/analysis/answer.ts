import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Context } from '../../contract/command.ts'
import { exitCode } from '../../errors.ts'

/** Prints the answer to what was gathered, and what there is to say below it. @returns the exit code */
export async function answer<O, G, R>(
  analysis: GatheredAnalysis<O, G, R>,
  gathered: G,
  options: O,
  context: Context,
): Promise<number> {
  const found = analysis.reduce(gathered, options)
  await context.render(analysis.view(found, options))
  return conclude(analysis, found, options, context)
}

/** What is left of an answer whose parts were printed as they came: the remarks below it. @returns the exit code */
export function conclude<O, G, R>(analysis: GatheredAnalysis<O, G, R>, found: R, options: O, context: Context): number {
  for (const remark of analysis.remarks?.(found) ?? []) context.note(remark)
  return analysis.fails?.(found, options) === true ? exitCode.failed : exitCode.ok
}
