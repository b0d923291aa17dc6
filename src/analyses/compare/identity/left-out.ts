import type { ConfigDump, Entry } from '../../../envoy/dump/config-dump.ts'
import type { Json } from '../../../envoy/json.ts'
import type { Change, Step } from '../../diff/delta.ts'
import type { ComparableKind } from '../model/comparable-kinds.ts'
import type { ResourcePair } from '../model/comparison.ts'
import { type IdentityRule, type IdentityRuleName, identityRules, type Owners } from './rules.ts'

/** The changes that are shown, and the rules by which the others are not. */
export interface Judged {
  readonly shown: readonly Change[]
  readonly rules: ReadonlySet<IdentityRuleName>
}

/** Parts the changes of a resource into those of its configuration and those that come of the pod. */
export function judge(changes: readonly Change[], pair: ResourcePair, kind: ComparableKind, owners: Owners): Judged {
  const rules = rulesFor(kind, owners)
  const covered = new Map<Change, IdentityRuleName>()
  for (const change of changes) {
    const rule = rules.find((one) => one.covers?.(change, pair) || hasCommonForm(one, change, owners))
    if (rule !== undefined) covered.set(change, rule.name)
  }
  for (const rule of rules) coverElements(rule, changes, owners, covered)
  return {
    shown: changes.filter((change) => !covered.has(change)),
    rules: new Set(covered.values()),
  }
}

/**
 * The resources of a proxy without those that the other lacks and a rule leaves out.
 * @param left gets how many were left out, by the rule
 */
export function withoutCovered(
  own: ReadonlyMap<string, Entry>,
  other: ReadonlyMap<string, Entry>,
  dump: ConfigDump,
  left: Map<string, number>,
): ReadonlyMap<string, Entry> {
  const ruleOf = (entry: Entry) => identityRules.find((rule) => rule.coversWhole?.(entry, dump))
  const covered = new Set<string>()
  for (const [name, entry] of own) {
    const rule = other.has(name) ? undefined : ruleOf(entry)
    if (rule === undefined) continue
    covered.add(name)
    left.set(rule.name, (left.get(rule.name) ?? 0) + 1)
  }
  return covered.size === 0 ? own : new Map([...own].filter(([name]) => !covered.has(name)))
}

/** The rules that hold for a kind of resource between two proxies. */
function rulesFor(kind: ComparableKind, owners: Owners): readonly IdentityRule[] {
  return identityRules.filter(({ kinds, applies }) => kinds?.includes(kind) !== false && applies?.(owners) !== false)
}

function hasCommonForm({ common }: IdentityRule, { from, to, moved }: Change, { before, after }: Owners): boolean {
  if (common === undefined || moved || from === undefined || to === undefined) return false
  return JSON.stringify(common(from, before)) === JSON.stringify(common(to, after))
}

/** An element that one list lacks and another that the other list lacks, which are the same but for the pod. */
function coverElements(
  { name, common }: IdentityRule,
  changes: readonly Change[],
  { before, after }: Owners,
  covered: Map<Change, IdentityRuleName>,
): void {
  if (common === undefined) return
  const removed = new Map<string, Change[]>()
  for (const change of changes) {
    const { from, to, steps } = change
    if (covered.has(change) || from === undefined || to !== undefined || !isElement(steps.at(-1))) continue
    const key = elementKey(steps, common(from, before))
    const others = removed.get(key)
    if (others === undefined) removed.set(key, [change])
    else others.push(change)
  }
  if (removed.size === 0) return
  for (const change of changes) {
    const { from, to, steps } = change
    if (covered.has(change) || from !== undefined || to === undefined || !isElement(steps.at(-1))) continue
    const other = removed.get(elementKey(steps, common(to, after)))?.pop()
    if (other === undefined) continue
    covered.set(change, name)
    covered.set(other, name)
  }
}

function isElement(step: Step | undefined): boolean {
  return step !== undefined && 'element' in step
}

/** Which list an element is in, and what it is. */
function elementKey(steps: readonly Step[], value: Json): string {
  const list = steps.slice(0, -1).map((step) => ('field' in step ? step.field : step.element))
  return JSON.stringify([list, value])
}
