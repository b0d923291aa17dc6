import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { savedTime } from '../../envoy/dump/saved-time.ts'
import type { Json } from '../../envoy/json.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { StoredTraceFacts } from '../../page/format.ts'
import { redirectAnnotations } from '../../semantics/connection/redirect-rules.ts'

/** What is known beside the dump. */
interface Beside {
  /** Parsed `/server_info`. */
  readonly serverInfo: Json | undefined
  /** When the dump was read or its file written. */
  readonly written: Date | undefined
  /** Counters of updates, as `/stats?format=json`. */
  readonly stats: Json | undefined
  /** The capture that the proxy is of. */
  readonly capture: string | undefined
}

/** What the trace box of a page needs of a proxy besides its dump, as far as a browser cannot work it out. */
export function traceFacts(
  proxy: MeshProxy,
  dump: ConfigDump,
  { serverInfo, written, stats, capture }: Beside,
): StoredTraceFacts {
  const savedAt = proxy.live ? undefined : savedTime(dump, { serverInfo, written })
  const annotations = redirectAnnotations(proxy.id.pod?.annotations ?? {})
  return {
    target: targetWords(proxy, capture),
    ...(stats === undefined ? {} : { stats }),
    ...(savedAt === undefined ? {} : { savedAt: savedAt.toISOString() }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  }
}

/** The words that name the proxy on a command line. */
function targetWords({ id: { name, pod, context }, live }: MeshProxy, capture: string | undefined): string[] {
  if (pod === undefined) return [live ? '--url' : '--file', name]
  if (capture !== undefined) return [name, '--capture', capture]
  return context === undefined ? [name] : [name, '--context', context]
}
