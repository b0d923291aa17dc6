import type { ComparedPair, Difference } from '../../analyses/compare/answer.ts'
import { type CompareOptions, compareProxies } from '../../analyses/compare/compare-proxies.ts'
import { difference } from '../../analyses/compare/difference.ts'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import type { Args, Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { answer } from '../analysis/answer.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
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
  }
  const found =
    sides.are === 'pair'
      ? await ofPair(sides.before, sides.after, comparing)
      : sides.are === 'replicas'
        ? await ofReplicas(sides.proxies, comparing)
        : await ofTimes(sides, comparing)
  return answer(difference, found, options, context)
}

interface Comparing {
  readonly options: CompareOptions
  readonly context: Context
  readonly requests: readonly RequestItem[] | undefined
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

/** A group of proxies that have loaded the same, by the first of them that was read. */
interface Group {
  readonly first: TracedSide
  readonly proxy: MeshProxy
  readonly names: string[]
}

/** One proxy after the other is held against the groups that there are, so that of each group one dump is kept. */
async function ofReplicas(proxies: readonly MeshProxy[], comparing: Comparing): Promise<Difference> {
  const { context } = comparing
  const groups: Group[] = []
  const failures: string[] = []
  for (const [index, proxy] of proxies.entries()) {
    const side = await tried(proxy, comparing, failures)
    context.io.progress?.done(index + 1, proxies.length, 'proxies')
    if (side === undefined) continue
    const known = await groupOf(side, groups, comparing)
    if (known === undefined) groups.push({ first: side, proxy, names: [proxy.id.name] })
    else known.names.push(proxy.id.name)
  }
  for (const failure of failures) context.incomplete(failure)
  const ordered = groups.toSorted((a, b) => a.names.length - b.names.length)
  const largest = ordered.at(-1)
  if (largest === undefined) throw new AppError(failures[0] ?? 'no proxy could be read')
  const pairs: ComparedPair[] = []
  for (const group of ordered.slice(0, -1))
    pairs.push(await compared(largest.first, group.first, pairNames(largest.proxy, group.proxy), comparing))
  const read = groups.reduce((sum, { names }) => sum + names.length, 0)
  return { ...nothing, pairs, compared: Math.max(0, read - 1), groups: ordered.map(({ names }) => names) }
}

async function groupOf(side: TracedSide, groups: readonly Group[], comparing: Comparing): Promise<Group | undefined> {
  for (const group of groups.toSorted((a, b) => b.names.length - a.names.length)) {
    const { comparison, requests = [] } = await compared(group.first, side, { before: '', after: '' }, comparing)
    if (comparison.match && requests.length === 0) return group
  }
  return undefined
}

interface Times {
  readonly before: readonly MeshProxy[]
  readonly after: readonly MeshProxy[]
  readonly names: readonly [string, string]
}

async function ofTimes({ before, after, names }: Times, comparing: Comparing): Promise<Difference> {
  const { context } = comparing
  const { pairs, onlyBefore, onlyAfter } = sameProxies(before, after)
  const different: ComparedPair[] = []
  const failures: string[] = []
  for (const [index, [first, second]] of pairs.entries()) {
    const [one, other] = await Promise.all([tried(first, comparing, failures), tried(second, comparing, failures)])
    context.io.progress?.done(index + 1, pairs.length, 'proxies')
    if (one === undefined || other === undefined) continue
    const pair = await compared(one, other, timeNames(first, second, names), comparing)
    if (!pair.comparison.match || (pair.requests ?? []).length > 0) different.push(pair)
  }
  for (const failure of failures) context.incomplete(failure)
  const notes = [
    `${pairs.length} ${pairs.length === 1 ? 'proxy was' : 'proxies were'} compared, ${different.length} differ.`,
  ]
  return {
    ...nothing,
    pairs: different,
    compared: pairs.length,
    onlyBefore: onlyBefore.map(({ id }) => id.name),
    onlyAfter: onlyAfter.map(({ id }) => id.name),
    notes,
  }
}

/** The same name at both times, so the time stands before it. */
function timeNames(first: MeshProxy, second: MeshProxy, [before, after]: Times['names']): ComparedPair['names'] {
  return { before: `${before} ${first.id.name}`, after: `${after} ${second.id.name}` }
}

/** A proxy of several: one that cannot be read is told, and the others are compared. */
async function tried(proxy: MeshProxy, comparing: Comparing, failures: string[]): Promise<TracedSide | undefined> {
  try {
    return await read(proxy, comparing)
  } catch (error) {
    if (!(error instanceof AppError) || comparing.context.io.signal.aborted) throw error
    failures.push(`error: ${proxy.label}: ${error.message}`)
    return undefined
  }
}

async function read(proxy: MeshProxy, { context, requests }: Comparing): Promise<TracedSide> {
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
  const facts = ownFacts(traced.dump, proxy.id.pod)
  return { dump: traced.dump, label: proxy.label, facts, text: ownText(facts), traced }
}
