import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { Kind } from '../../envoy/kinds.ts'
import type { Contained } from './contained-entry.ts'

/** Of a resource kind, what tells where its entries are. */
interface Shown {
  readonly entries: Kind
  readonly absentWhenEmpty?: true
  contained?(dump: ConfigDump): Contained | undefined
}

interface ShownEntries {
  /** For whoever goes through them once; `ConfigDump.each`. */
  each(): Iterable<Entry>
  all(): readonly Entry[]
  readonly notes: readonly string[]
}

/** The entries that a kind shows of a dump: its own section, else what other resources contain. Undefined where the dump has neither. */
export function shownEntries(resourceKind: Shown, dump: ConfigDump): ShownEntries | undefined {
  const kind = resourceKind.entries
  const own = { each: () => dump.each(kind), all: () => dump.entries(kind), notes: [] }
  if (dump.has(kind)) return own
  const contained = resourceKind.contained?.(dump)
  if (contained !== undefined) {
    const { entries, notes } = contained
    return { each: () => entries, all: () => entries, notes }
  }
  // Every config dump that is not masked has its bootstrap; so has the one that is read where Envoy refuses a mask.
  return resourceKind.absentWhenEmpty && dump.has('bootstrap') ? own : undefined
}
