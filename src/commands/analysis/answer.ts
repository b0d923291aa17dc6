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
  for (const remark of analysis.remarks?.(found) ?? []) context.note(remark)
  return analysis.fails?.(found, options) === true ? exitCode.failed : exitCode.ok
}
