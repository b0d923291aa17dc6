import { type ComparedPair, type Difference, pairDiffers } from '../../analyses/compare/answer.ts'
import { type CompareOptions, compareProxies } from '../../analyses/compare/compare-proxies.ts'
import { difference } from '../../analyses/compare/difference.ts'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import type { ResourceFilter } from '../../analyses/compare/model/comparable-kinds.ts'
import { skippedTexts } from '../../analyses/compare/words/summary-text.ts'
import type { Args, Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { answer } from '../analysis/answer.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { labelledError } from '../proxies/fleet/labelled-error.ts'
import type { RequestItem } from '../trace/request-items.ts'
import { readPages } from '../trace/traced-proxy.ts'
import { comparedSides } from './compared-sides.ts'
import { differentRequests, readRequests, type TracedSide } from './request-results.ts'
import { sameProxies } from './same-proxies.ts'

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
  }
  const found =
    sides.are === 'pair'
      ? await ofPair(sides.before, sides.after, comparing)
      : sides.are === 'replicas'
        ? await ofReplicas(sides.proxies, comparing)
        : await ofTimes(sides, comparing)
  requireAsked(comparing.absent)
  return answer(difference, found, options, context)
}

interface Comparing {
  readonly options: CompareOptions
  readonly context: Context
  readonly requests: readonly RequestItem[] | undefined
  /** Resources that are asked for and no proxy has had so far. */
  readonly absent: Set<ResourceFilter>
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

async function ofPair(before: MeshProxy, after: MeshProxy, comparing: Comparing): Promise<Difference> {
  const [first, second] = await Promise.all([read(before, comparing), read(after, comparing)])
  const pair = await compared(first, second, pairNames(before, after), comparing)
  return { ...nothing, pairs: [pair], compared: 1, notes: [...first.dump.notes, ...second.dump.notes] }
}

const nothing: Omit<Difference, 'pairs' | 'compared'> = { groups: [], onlyBefore: [], onlyAfter: [], notes: [] }

function pairNames(before: MeshProxy, after: MeshProxy): ComparedPair['names'] {
  return { before: before.id.name, after: after.id.name }
}

async function compared(
  before: TracedSide,
  after: TracedSide,
  names: ComparedPair['names'],
  { options, context, requests }: Comparing,
): Promise<ComparedPair> {
  return {
    names,
    comparison: compareProxies(before, after, options),
    requests: requests === undefined ? undefined : await differentRequests(requests, [before, after], context),
  }
}

/** A group of proxies that have loaded the same, by the first of them that was read, or one that has more kinds in its dump. */
interface Group {
  first: TracedSide
  proxy: MeshProxy
  readonly names: string[]
}

/** One proxy after the other is held against the groups that there are, so that of each group one dump is kept. */
async function ofReplicas(proxies: readonly MeshProxy[], comparing: Comparing): Promise<Difference> {
  const { context } = comparing
  const groups: Group[] = []
  const failures: string[] = []
  const skipped = new Set<string>()
  for (const [index, proxy] of proxies.entries()) {
    await tried(proxy, comparing, failures, async () =>
      join(groups, proxy, await read(proxy, comparing), comparing, skipped),
    )
    context.io.progress?.done(index + 1, proxies.length, 'proxies')
  }
  const count = groups.reduce((sum, { names }) => sum + names.length, 0)
  requireTwo(count, failures)
  for (const failure of failures) context.incomplete(`error: ${failure}`)
  // Of groups of one size the first stays the one that the others are held against.
  const bySize = groups.toSorted((a, b) => b.names.length - a.names.length)
  const [largest, ...others] = bySize
  if (largest === undefined) throw new Error('two proxies are in a group')
  others.sort((a, b) => a.names.length - b.names.length)
  const pairs: ComparedPair[] = []
  for (const group of others)
    pairs.push(await compared(largest.first, group.first, pairNames(largest.proxy, group.proxy), comparing))
  const groupNames = [...others, largest].map(({ names }) => names)
  return { ...nothing, pairs, compared: count - 1, groups: groupNames, notes: [...skipped] }
}

/** @throws AppError when fewer than two proxies could be read: that nothing differs would be no answer */
function requireTwo(count: number, failures: readonly string[]): void {
  if (count >= 2) return
  const [first = 'no proxy could be read', ...others] = failures
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new AppError(`there are no two proxies to compare: ${first}${more}`)
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

async function ofTimes({ before, after, names }: Times, comparing: Comparing): Promise<Difference> {
  const { context } = comparing
  const { pairs, onlyBefore, onlyAfter } = sameProxies(before, after, names)
  const different: ComparedPair[] = []
  const failures: string[] = []
  let count = 0
  for (const [index, [first, second]] of pairs.entries()) {
    const [one, other] = await Promise.all(
      [first, second].map((proxy) => tried(proxy, comparing, failures, () => read(proxy, comparing))),
    )
    await tried(second, comparing, failures, async () => {
      if (one === undefined || other === undefined) return
      const pair = await compared(one, other, timeNames(first, second, names), comparing)
      count++
      if (pairDiffers(pair)) different.push(pair)
    })
    context.io.progress?.done(index + 1, pairs.length, 'proxies')
  }
  if (count === 0 && failures.length > 0) throw new AppError(failures[0] ?? '')
  for (const failure of failures) context.incomplete(`error: ${failure}`)
  const notes = [`${count} ${count === 1 ? 'proxy was' : 'proxies were'} compared, ${different.length} differ.`]
  return {
    ...nothing,
    pairs: different,
    compared: count,
    onlyBefore: onlyBefore.map(({ id }) => id.name),
    onlyAfter: onlyAfter.map(({ id }) => id.name),
    notes,
  }
}

/** A pod has the same name at both times, so the time stands before it; a file has that of its folder or archive. */
function timeNames(first: MeshProxy, second: MeshProxy, [before, after]: Times['names']): ComparedPair['names'] {
  const named = ({ id }: MeshProxy, time: string) => (id.name.startsWith(time) ? id.name : `${time} ${id.name}`)
  return { before: named(first, before), after: named(second, after) }
}

/** A proxy of several: one that cannot be read or compared is told, and the others are compared. */
async function tried<T>(
  proxy: MeshProxy,
  { context }: Comparing,
  failures: string[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    failures.push(labelledError(proxy, error))
    return undefined
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
