import { type ComparedPair, pairDiffers } from '../../analyses/compare/answer.ts'
import { skippedTexts } from '../../analyses/compare/words/summary-text.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { labelledError } from '../proxies/fleet/labelled-error.ts'
import { addLeft, type Comparing, compared, type Found, manner, nothing, read } from './comparing.ts'
import type { ShownPair } from './diff-page.ts'
import type { TracedSide } from './request-results.ts'
import { pairNames } from './side-names.ts'

/** A group of proxies that have loaded the same, by the first of them that was read, or one that has more kinds in its dump. */
interface Group {
  first: TracedSide
  proxy: MeshProxy
  readonly names: string[]
}

/** Proxies are held against the groups that there are in their order, so that of each group one dump is kept. */
export async function ofReplicas(proxies: readonly MeshProxy[], comparing: Comparing): Promise<Found> {
  const groups: Group[] = []
  /** Proxies that joined a group that was there. */
  const alike: MeshProxy[] = []
  const skipped = new Set<string>()
  const reading = new FleetReading(proxies, comparing.context)
  for await (const { proxy, result } of reading.successes((one) => read(one, comparing), manner))
    await reading.judged(proxy, async () => {
      const before = groups.length
      await join(groups, proxy, result, comparing, skipped)
      if (groups.length === before) alike.push(proxy)
    })
  const count = groups.reduce((sum, { names }) => sum + names.length, 0)
  requireTwo(count, reading.failures)
  const code = await reading.conclude()
  // Of groups of one size the first stays the one that the others are held against.
  const bySize = groups.toSorted((a, b) => b.names.length - a.names.length)
  const [largest, ...others] = bySize
  if (largest === undefined) throw new Error('two proxies are in a group')
  others.sort((a, b) => a.names.length - b.names.length)
  const pairs: ComparedPair[] = []
  const shown: ShownPair[] = []
  for (const group of others) {
    const names = pairNames(largest.proxy, group.proxy)
    pairs.push(await compared(largest.first, group.first, names, comparing))
    shown.push({ before: largest.proxy, after: group.proxy, names })
  }
  const [second] = alike
  if (others.length === 0 && second !== undefined)
    shown.push({ before: largest.proxy, after: second, names: pairNames(largest.proxy, second) })
  const groupNames = [...others, largest].map(({ names }) => names)
  return {
    difference: { ...nothing, pairs, compared: count - 1, groups: groupNames, notes: [...skipped] },
    code,
    shown,
  }
}

/** @throws AppError when fewer than two proxies could be read: that nothing differs would be no answer */
function requireTwo(count: number, failures: FleetReading['failures']): void {
  if (count >= 2) return
  const [first, ...others] = failures
  const why = first === undefined ? 'no proxy could be read' : labelledError(first.proxy, first.error)
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new AppError(`there are no two proxies to compare: ${why}${more}`)
}

/**
 * Puts a proxy into the group that has loaded the same, or begins one.
 * @param skipped gets what was not compared with the proxies of its own group; the difference of two groups tells it by itself
 */
async function join(
  groups: Group[],
  proxy: MeshProxy,
  side: TracedSide,
  comparing: Comparing,
  skipped: Set<string>,
): Promise<void> {
  for (const group of groups.toSorted((a, b) => b.names.length - a.names.length)) {
    const pair = await compared(group.first, side, { before: '', after: '' }, comparing)
    if (pairDiffers(pair)) continue
    addLeft(pair, comparing.left)
    group.names.push(proxy.id.name)
    for (const note of skippedTexts(pair.comparison)) skipped.add(note)
    // A dump of more kinds stands for the group from here on: what the other lacks would fit everything.
    if (kindsIn(side, comparing) > kindsIn(group.first, comparing)) {
      group.first = side
      group.proxy = proxy
    }
    return
  }
  groups.push({ first: side, proxy, names: [proxy.id.name] })
}

function kindsIn({ dump }: TracedSide, { options }: Comparing): number {
  return options.kinds.filter((kind) => dump.has(kind)).length
}
