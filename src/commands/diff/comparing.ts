import type { ComparedPair, Difference } from '../../analyses/compare/answer.ts'
import { type CompareOptions, compareProxies } from '../../analyses/compare/compare-proxies.ts'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import type { ResourceFilter } from '../../analyses/compare/model/comparable-kinds.ts'
import type { IgnoredPath } from '../../analyses/compare/model/ignored-paths.ts'
import type { Context } from '../../contract/command.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import type { RequestItem } from '../trace/request-items.ts'
import { readPages } from '../trace/traced-proxy.ts'
import type { ShownPair } from './diff-page.ts'
import { differentRequests, type TracedSide } from './request-results.ts'

/** What was found, and how. */
export interface Found {
  readonly difference: Omit<Difference, 'left'>
  /** How reading the proxies ended. */
  readonly code: number
  /** The proxies of the pairs, in their order. */
  readonly shown: readonly ShownPair[]
}

/** How proxies are compared. */
export interface Comparing {
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

export const nothing: Omit<Difference, 'pairs' | 'compared' | 'left'> = {
  groups: [],
  onlyBefore: [],
  onlyAfter: [],
  notes: [],
}

export async function compared(
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

/** Few dumps wait to be compared: they may be large. */
export const manner = { maxAhead: 4 } as const

export function addLeft({ comparison }: ComparedPair, sums: Map<string, number>): void {
  for (const { left } of comparison.kinds)
    for (const [rule, count] of left) sums.set(rule, (sums.get(rule) ?? 0) + count)
}

/** Reads a proxy for its comparison. @throws AppError when it cannot be read */
export async function read(proxy: MeshProxy, { context, requests, absent }: Comparing): Promise<TracedSide> {
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
