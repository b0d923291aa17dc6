import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { Kind } from '../../envoy/kinds.ts'

const { compare } = new Intl.Collator('en', { numeric: true })

/**
 * The entries of a kind by name, numbers by value. A dump has them as the control plane happened to send them, which for istiod
 * differs from one push to the next.
 */
export function inOrder(dump: ConfigDump, kind: Kind): Entry[] {
  return dump.entries(kind).toSorted((a, b) => compare(a.name, b.name))
}
