import { type RuleFacts, severities } from '../rule.ts'
import { type Finding, linkOf, type RawFinding, reachText } from './finding.ts'

/** What was found in one proxy. */
export interface OfProxy {
  readonly proxy: string
  readonly findings: readonly RawFinding[]
}

interface Group {
  worst: RawFinding
  places: number
  readonly proxies: Set<string>
  /** Those of each control plane. */
  readonly words: Set<string>
}

/**
 * One finding for each cause, over the places of a proxy and over proxies, the worst first; then in the order of rules, and by the name
 * of the resource. The place that is shown is the one of the worst severity, the first of equals.
 */
export function folded(proxies: readonly OfProxy[], rules: readonly RuleFacts[]): Finding[] {
  const groups = new Map<string, Group>()
  for (const { proxy, findings } of proxies) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.rule, finding.cause])
      const group = groups.get(key)
      if (group === undefined) {
        groups.set(key, { worst: finding, places: 1, proxies: new Set([proxy]), words: new Set([finding.words]) })
        continue
      }
      group.places++
      group.proxies.add(proxy)
      group.words.add(finding.words)
      if (rank(finding) < rank(group.worst)) group.worst = finding
    }
  }
  const byId = new Map(rules.map((rule, at) => [rule.id, { rule, at }]))
  return [...groups.values()]
    .flatMap((group) => {
      const known = byId.get(group.worst.rule)
      return known === undefined ? [] : [{ at: known.at, finding: findingOf(known.rule, group) }]
    })
    .toSorted(
      (a, b) =>
        rank(a.finding) - rank(b.finding) ||
        a.at - b.at ||
        compare(a.finding.resource, b.finding.resource) ||
        compare(a.finding.message, b.finding.message),
    )
    .map(({ finding }) => finding)
}

function findingOf(rule: RuleFacts, { worst, places, proxies, words }: Group): Finding {
  const { severity, resource, path, object, reach, message } = worst
  return {
    rule: rule.id,
    profile: rule.profile,
    severity,
    resource,
    path,
    object,
    reachedBy: reachText(reach),
    message,
    places,
    proxies: [...proxies],
    fix: [rule.fix, ...words].filter(Boolean).join(' '),
    link: linkOf(rule),
  }
}

function rank({ severity }: Pick<RawFinding, 'severity'>): number {
  return severities.indexOf(severity)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
