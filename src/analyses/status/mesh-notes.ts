import { redactText } from '../../envoy/redaction/redact-text.ts'
import type { MeshStatus } from './mesh-status.ts'
import { overallStatus, type ProxyStatus, type Status } from './proxy-status.ts'

/** What is said below the table: why proxies refused what they were sent, what else there is to say of them, and how many they are. */
export function meshNotes({ proxies, rejections, counts }: MeshStatus): string[] {
  return [
    // Envoy gives a line to each resource that it rejects; a key may go over several.
    ...rejections.flatMap(({ proxy, type, reason }) =>
      redactText(reason)
        .split('\n')
        .map((line) => `${proxy}: ${type} rejected: ${line}`),
    ),
    ...proxies.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    ...(proxies.length === 0 ? [] : [counted(proxies.length, counts)]),
  ]
}

/** Whether there is nothing to be done: what nobody asked for counts as well. */
export function isInSync(proxies: readonly ProxyStatus[]): boolean {
  return proxies.every((proxy) => proxy.connected && isGood(overallStatus(proxy)))
}

function isGood(status: Status): boolean {
  return status === 'SYNCED' || status === 'IGNORED'
}

/** `15 proxies: 12 SYNCED, 1 ERROR, 2 NOT CONNECTED` */
function counted(total: number, counts: MeshStatus['counts']): string {
  const parts = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return `${total} ${total === 1 ? 'proxy' : 'proxies'}: ${parts.map(([status, count]) => `${count} ${status}`).join(', ')}`
}
