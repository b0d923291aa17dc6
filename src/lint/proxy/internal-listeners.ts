import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { servingListeners } from '../../semantics/connection/listeners.ts'

/** Names by which internal addresses call the listeners that serve. */
export const internalListenerNames = memoizeByObject(
  (dump: ConfigDump): ReadonlySet<string> => new Set(servingListeners(dump).map(({ internalName }) => internalName)),
)
