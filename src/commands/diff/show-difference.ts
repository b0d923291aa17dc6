import { type ComparedPair, type Difference, differs, pairDiffers } from '../../analyses/compare/answer.ts'
import { type CompareOptions, compareProxies } from '../../analyses/compare/compare-proxies.ts'
import { difference } from '../../analyses/compare/difference.ts'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import type { ResourceFilter } from '../../analyses/compare/model/comparable-kinds.ts'
import type { IgnoredPath } from '../../analyses/compare/model/ignored-paths.ts'
import { skippedTexts, unmatchedTexts } from '../../analyses/compare/words/summary-text.ts'
import type { Args, Context } from '../../contract/command.ts'
import { AppError, exitCode } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { answer } from '../analysis/answer.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { labelledError } from '../proxies/fleet/labelled-error.ts'
import type { RequestItem } from '../trace/request-items.ts'
import { readPages } from '../trace/traced-proxy.ts'
import { comparedSides } from './compared-sides.ts'
import { differentRequests, readRequests, type TracedSide } from './request-results.ts'
import { sameProxies } from './same-proxies.ts'
import { namesOf, pairNames, timeNames } from './side-names.ts'

/** What differs between the proxies that the arguments name. */
export async function showDifference(args: Args, context: Context): Promise<number> {
  const options = difference.options(args)
  const sides = await comparedSides(args, context)
  const file = args.string('requests')
  const comparing: Comparing = {
    options,
    context,
    requests: file === undefined ? undefined : await readRequests(file, context),
    absent: new Set(options.only),
    unmatched: new Set(options.ignored),
    left: new Map(),
  }
  const found =
    sides.are === 'pair'
      ? await ofPair(sides.before, sides.after, comparing)
      : sides.are === 'replicas'
        ? await ofReplicas(sides.proxies, comparing)
        : await ofTimes(sides, comparing)
  requireAsked(comparing.absent)
  const whole: Difference = { ...found.difference, left: comparing.left }
  // Where nothing differs, there was nothing to leave out.
  const notes = differs(whole) ? [...whole.notes, ...unmatchedTexts(comparing.unmatched)] : whole.notes
  const code = await answer(difference, { ...whole, notes }, options, context)
  // 1 says that something differs.
  if (found.code === exitCode.ok) return code
  return found.code === exitCode.interrupted ? found.code : 2
}

interface Found {
  readonly difference: Omit<Difference, 'left'>
  /** How reading the proxies ended. */
  readonly code: number
}

interface Comparing {
  readonly options: CompareOptions
  readonly context: Context
  readonly requests: readonly RequestItem[] | undefined
  /** Resources that are asked for and no proxy has had so far. */
  readonly absent: Set<ResourceFilter>
  /** Places of --ignore that no difference has lain at so far. */
  readonly unmatched: Set<IgnoredPath>
  /** Of pairs that do not differ, the resources of which a difference was left out, by the rule. */
  readonly left: Map<string, number>
}

/** A misspelt name is no answer. @throws AppError when a resource that is asked for is nowhere */
function requireAsked(absent: ReadonlySet<ResourceFilter>): void {
  const [first] = absent
  if (first === undefined) return
  const names = [...absent].map(({ kind, name }) => `${kind}/${name}`).join(', ')
  throw new AppError(`no proxy that was read has ${names}`, {
    hint: 'diff without these words names the resources that differ; the names are those of Envoy.',
  })
}

async function ofPair(before: MeshProxy, after: MeshProxy, comparing: Comparing): Promise<Found> {
  const [first, second] = await Promise.all([read(before, comparing), read(after, comparing)])
  const pair = await compared(first, second, pairNames(before, after), comparing)
  const notes = [...first.dump.notes, ...second.dump.notes]
  return { difference: { ...nothing, pairs: [pair], compared: 1, notes }, code: exitCode.ok }
}

const nothing: Omit<Difference, 'pairs' | 'compared' | 'left'> = {
  groups: [],
  onlyBefore: [],
  onlyAfter: [],
  notes: [],
}

async function compared(
  before: TracedSide,
  after: TracedSide,
  names: ComparedPair['names'],
  { options, context, requests, unmatched }: Comparing,
): Promise<ComparedPair> {
  const comparison = compareProxies(before, after, options)
  for (const { ignoredBy } of comparison.kinds) for (const place of ignoredBy) unmatched.delete(place)
  return {
    names,
    comparison,
    requests: requests === undefined ? undefined : await differentRequests(requests, [before, after], context),
  }
}

/** A group of proxies that have loaded the same, by the first of them that was read, or one that has more kinds in its dump. */
interface Group {
  first: TracedSide
  proxy: MeshProxy
  readonly names: string[]
}

/** Few dumps wait to be compared: they may be large. */
const manner = { heldBack: 4 } as const

/** Proxies are held against the groups that there are in their order, so that of each group one dump is kept. */
async function ofReplicas(proxies: readonly MeshProxy[], comparing: Comparing): Promise<Found> {
  const groups: Group[] = []
  const skipped = new Set<string>()
  const reading = new FleetReading(proxies, comparing.context)
  for await (const { proxy, result } of reading.successes((one) => read(one, comparing), manner))
    await reading.judged(proxy, () => join(groups, proxy, result, comparing, skipped))
  const count = groups.reduce((sum, { names }) => sum + names.length, 0)
  requireTwo(count, reading.failures)
  const code = await reading.conclude()
  // Of groups of one size the first stays the one that the others are held against.
  const bySize = groups.toSorted((a, b) => b.names.length - a.names.length)
  const [largest, ...others] = bySize
  if (largest === undefined) throw new Error('two proxies are in a group')
  others.sort((a, b) => a.names.length - b.names.length)
  const pairs: ComparedPair[] = []
  for (const group of others)
    pairs.push(await compared(largest.first, group.first, pairNames(largest.proxy, group.proxy), comparing))
  const groupNames = [...others, largest].map(({ names }) => names)
  return { difference: { ...nothing, pairs, compared: count - 1, groups: groupNames, notes: [...skipped] }, code }
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

interface Times {
  readonly before: readonly MeshProxy[]
  readonly after: readonly MeshProxy[]
  readonly names: readonly [string, string]
}

async function ofTimes({ before, after, names }: Times, comparing: Comparing): Promise<Found> {
  const { pairs, onlyBefore, onlyAfter } = sameProxies(before, after, names)
  const firstOf = new Map(pairs.map(([first, second]) => [second.id, first]))
  const different: ComparedPair[] = []
  let count = 0
  const reading = new FleetReading(
    pairs.map(([, second]) => second),
    comparing.context,
  )
  const both = async (second: MeshProxy) => {
    const first = firstOf.get(second.id)
    if (first === undefined) throw new Error('a proxy of a pair')
    const [one, other] = await Promise.all([readNamed(first, comparing), read(second, comparing)])
    return { first, one, other }
  }
  for await (const { proxy, result } of reading.successes(both, manner)) {
    await reading.judged(proxy, async () => {
      const pair = await compared(result.one, result.other, timeNames(result.first, proxy, names), comparing)
      count++
      if (pairDiffers(pair)) different.push(pair)
      else addLeft(pair, comparing.left)
    })
  }
  const code = await reading.conclude()
  const notes = [`${count} ${count === 1 ? 'proxy was' : 'proxies were'} compared, ${different.length} differ.`]
  const only = { onlyBefore: namesOf(onlyBefore), onlyAfter: namesOf(onlyAfter) }
  return { difference: { ...nothing, ...only, pairs: different, compared: count, notes }, code }
}

function addLeft({ comparison }: ComparedPair, sums: Map<string, number>): void {
  for (const { left } of comparison.kinds)
    for (const [rule, count] of left) sums.set(rule, (sums.get(rule) ?? 0) + count)
}

/** The earlier of two times: an error says which it is of. */
async function readNamed(proxy: MeshProxy, comparing: Comparing): Promise<TracedSide> {
  try {
    return await read(proxy, comparing)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(`before: ${error.message}`, { code: error.code, cause: error })
  }
}

async function read(proxy: MeshProxy, { context, requests, absent }: Comparing): Promise<TracedSide> {
  // Statistics and the health of endpoints matter to requests alone.
  const traced =
    requests === undefined
      ? {
          proxy,
          dump: await dumpWithEndpoints(proxy, context),
          clusters: undefined,
          stats: undefined,
          savedAt: undefined,
        }
      : await readPages(proxy, context)
  for (const asked of absent) if (traced.dump.named(asked.kind, asked.name).length > 0) absent.delete(asked)
  const facts = ownFacts(traced.dump, proxy.id.pod)
  return { dump: traced.dump, label: proxy.label, facts, text: ownText(facts), traced }
}
