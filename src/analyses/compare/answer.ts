import type { SideNames } from './comparison-text.ts'
import type { Comparison } from './model/comparison.ts'
import type { RequestDifference } from './requests.ts'

/** Two proxies that were compared. */
export interface ComparedPair {
  readonly names: SideNames
  readonly comparison: Comparison
  /** Requests that come to something else on the second side; undefined where none were asked for. */
  readonly requests: readonly RequestDifference[] | undefined
}

/** What was compared, and what came of it. */
export interface Difference {
  /** Pairs that differ, and of one pair that pair whether it differs or not. */
  readonly pairs: readonly ComparedPair[]
  /** How many pairs were compared. */
  readonly compared: number
  /** Where proxies were compared with each other: groups of those that have loaded the same, the smallest first. */
  readonly groups: readonly (readonly string[])[]
  /** Proxies that only one of two captures has. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
  /** Of pairs that do not differ, the resources of which a difference was left out, by the rule; of one pair it stands in the pair. */
  readonly left: ReadonlyMap<string, number>
  /** What was not compared, and why. */
  readonly notes: readonly string[]
}

/** Whether two proxies differ: in configuration, or in what requests come to. */
export function pairDiffers({ comparison, requests = [] }: ComparedPair): boolean {
  return !comparison.match || requests.length > 0
}

/** Whether anything differs: configuration, what requests come to, or which proxies there are. */
export function differs({ pairs, groups, onlyBefore, onlyAfter }: Difference): boolean {
  return groups.length > 1 || onlyBefore.length + onlyAfter.length > 0 || pairs.some(pairDiffers)
}
