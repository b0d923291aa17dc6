import type { Comparison, KindComparison } from '../model/comparison.ts'
import type { IgnoredPath } from '../model/ignored-paths.ts'

/** What a person acts on: `routes: 1 changed; clusters: 2 added, 1 removed`. Empty where nothing differs. */
export function summaryText(kinds: readonly KindComparison[]): string {
  return kinds
    .flatMap(({ kind, removed, added, changed, unused }) => {
      const counts = [
        [changed.length, 'changed'],
        [added.length, 'added'],
        [removed.length, 'removed'],
        [unused.filter(({ state }) => state === 'error').length, 'rejected'],
        [unused.filter(({ state }) => state === 'warming').length, 'warming'],
      ] as const
      const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
      return said.length === 0 ? [] : [`${kind}: ${said.join(', ')}`]
    })
    .join('; ')
}

/** The kinds that were not compared, and why. */
export function skippedTexts({ kinds }: Comparison): string[] {
  return kinds.flatMap(({ kind, skipped }) => (skipped === undefined ? [] : [`${kind} not compared: ${skipped}`]))
}

/** What was left out, and the flag that shows it. */
export function leftOutTexts(kinds: readonly Pick<KindComparison, 'left'>[]): string[] {
  const sums = new Map<string, number>()
  for (const { left } of kinds) for (const [rule, count] of left) sums.set(rule, (sums.get(rule) ?? 0) + count)
  const ignored = sums.get('ignored') ?? 0
  sums.delete('ignored')
  const pods = [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...(pods.length === 0
      ? []
      : [
          `Differences that come of the pod or its Envoy are left out: ${pods.map(([rule, count]) => `${rule} in ${resources(count)}`).join(', ')}; --identity shows them.`,
        ]),
    ...(ignored === 0 ? [] : [`--ignore leaves out differences in ${resources(ignored)}.`]),
  ]
}

/** The places of --ignore that no difference lies at: they may be misspelt. */
export function unmatchedTexts(places: Iterable<IgnoredPath>): string[] {
  return [...places].map(
    ({ text }) =>
      `--ignore ${text} matches no difference. A path is that of a change in -o json, after KIND: or KIND/NAME:, such as routes:virtual_hosts.routes.route.timeout; ..timeout is a field anywhere.`,
  )
}

function resources(count: number): string {
  return count === 1 ? '1 resource' : `${count} resources`
}
