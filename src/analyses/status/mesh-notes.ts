import { redactText } from '../../envoy/redaction/redact-text.ts'
import { countText } from '../../envoy/text/count-text.ts'
import type { MeshStatus, Rejection } from './mesh-status.ts'
import { overallStatus, type ProxyStatus, type Status } from './proxy-status.ts'
import { rejectionNotes } from './refusal.ts'

/** What is said below the table: why proxies refused what they were sent, what else there is to say of them, and how many they are. */
export function meshNotes({ proxies, rejections, counts }: MeshStatus): string[] {
  const causes = Map.groupBy(rejections, ({ type, reason }) => `${type} ${reason}`)
  const notes = proxies.flatMap((proxy) =>
    [...proxy.notes, ...rejectionNotes(proxy)].map((note) => ({ name: proxy.name, note })),
  )
  return [
    ...[...causes.values()].flatMap(rejectionLines),
    ...[...Map.groupBy(notes, ({ note }) => note)].map(
      ([note, those]) => `${named(those.map(({ name }) => name))}: ${note}`,
    ),
    ...(proxies.length === 0 ? [] : [counted(proxies.length, counts)]),
  ]
}

/** One cause is reported once, whoever has it. Envoy gives a line to each resource that it rejects; a key may go over several. */
function rejectionLines(those: readonly Rejection[]): string[] {
  const [first] = those
  if (first === undefined) return []
  const who = named(those.map(({ proxy }) => proxy))
  const lines = redactText(first.reason)
    .split('\n')
    .map((line) => `${who}: ${first.type} rejected: ${line}`)
  const namesOf = (accepted: boolean) =>
    those.filter(({ acceptedBefore }) => acceptedBefore === accepted).map(({ proxy }) => proxy)
  const [older, none] = [namesOf(true), namesOf(false)]
  return [
    ...lines,
    ...(older.length === 0 ? [] : [`${named(older)}: ${first.type} as accepted before stays in use`]),
    ...(none.length === 0 ? [] : [`${named(none)}: no ${first.type} was ever accepted`]),
  ]
}

/** `a.shop`, `a.shop and b.shop`, `20 proxies (a.shop, b.shop, c.shop, …)` */
function named(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names.length} proxies (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`
}

/** Whether there is nothing to be done: what nobody asked for counts as well. */
export function isInSync(proxies: readonly ProxyStatus[]): boolean {
  return proxies.every((proxy) => isGood(overallStatus(proxy)))
}

function isGood(status: Status): boolean {
  return status === 'SYNCED' || status === 'IGNORED'
}

/** `15 proxies: 12 SYNCED, 1 ERROR, 2 NOT CONNECTED` */
function counted(total: number, counts: MeshStatus['counts']): string {
  const parts = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return `${countText(total, 'proxy', 'proxies')}: ${parts.map(([status, count]) => countText(count, status, status)).join(', ')}`
}
