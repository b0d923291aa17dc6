import type { ComparedPair } from '../../analyses/compare/answer.ts'
import type { Args, Context } from '../../contract/command.ts'
import { AppError, UsageError } from '../../errors.ts'
import { renamed } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { fragmentOf } from '../../page/read/place.ts'
import { writeAnswerPage } from '../report/answer-page.ts'
import { maxProxies } from '../report/write-page.ts'

/** Two proxies of which a page shows the difference, and what they are called. */
export interface ShownPair {
  readonly before: MeshProxy
  readonly after: MeshProxy
  readonly names: ComparedPair['names']
}

/** What narrows a comparison, and not the one in a page. */
const narrowing = ['type', 'ignore', 'identity']

/** @throws UsageError for a flag that a page would lose without a word */
export function refuseNotInPage(args: Args): void {
  if (args.string('requests') !== undefined)
    throw new UsageError('-o html does not go with --requests: in the page, trace the request through either side')
}

/**
 * Writes the page of a difference, opened at the first pair: all of them are in it.
 * @throws AppError when there are none, or more than a page holds
 */
export async function writeDiffPage(pairs: readonly ShownPair[], args: Args, context: Context): Promise<void> {
  const [first] = pairs
  if (first === undefined) throw new AppError('no proxy is on both sides: there is no difference to show')
  const sides = new Map<string, MeshProxy>()
  for (const { before, after, names } of pairs) {
    if (!sides.has(names.before)) sides.set(names.before, renamed(before, names.before))
    const name = names.after === names.before ? `${names.after} (after)` : names.after
    if (!sides.has(name)) sides.set(name, renamed(after, name))
  }
  if (sides.size > maxProxies)
    throw new AppError(`a page holds at most ${maxProxies.toLocaleString('en')} proxies, and these are ${sides.size}`, {
      hint: 'Name fewer, with -n, -l or TYPE/NAME.',
    })
  const proxies = [...sides.values()]
  const [one, other] = proxies
  if (
    args.positionals.some((word) => /^[a-z]+\//.test(word)) ||
    narrowing.some((flag) => args.strings(flag).length > 0)
  )
    context.note('The page compares all that both sides have loaded.')
  await writeAnswerPage(
    {
      proxies,
      source: `difference of ${first.names.before} and ${first.names.after}`,
      start(idOf) {
        const [a, b] = [one, other].map((side) => (side === undefined ? undefined : idOf(side)))
        return a === undefined || b === undefined ? undefined : fragmentOf(['diff', a, b])
      },
    },
    args,
    context,
  )
}
