import { ownStatus } from '../../analyses/status/own-status.ts'
import { proxyOf } from '../../analyses/status/proxy-name.ts'
import { ignored, type ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Context } from '../../contract/command.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { readDump } from '../../envoy/input/read-dump.ts'
import { AppError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import { clusters as clusterKind } from '../../resources/clusters.ts'
import { requireSection } from '../proxies/require-section.ts'

/** The counters that own-status reads, which Envoy picks out: all of them are megabytes. */
const counters = encodeURIComponent('update_(attempt|success|rejected|time)$|config_(reload|fail)$|connected_state$')

/**
 * What a proxy says of itself.
 * @param name `POD.NAMESPACE`; the node's own name when undefined
 * @throws AppError when it cannot be read
 */
export async function ownAccount(source: Source, name: string | undefined, context: Context): Promise<ProxyStatus> {
  const { io } = context
  const dumped = source.read('config_dump', io.signal)
  const document = async (path: string) => {
    try {
      const [bytes, answer] = await Promise.all([dumped, source.read(path, io.signal)])
      // A file is the same whatever is asked of it.
      return answer === bytes ? undefined : await readDocument(answer, source.label)
    } catch (error) {
      // Only the dump is needed: older Envoys lack some of these, and a file has none.
      if (error instanceof AppError) return undefined
      throw error
    }
  }
  const [bytes, stats, initDump, clusters, serverInfo] = await Promise.all([
    dumped,
    document(`stats?filter=${counters}&format=json`),
    document('init_dump'),
    document('clusters?format=json'),
    document('server_info'),
  ])
  const dump = await readDump(bytes, source.label)
  if (dump.cut !== undefined) context.incomplete(dump.cut.note)
  requireSection(clusterKind, dump, source.label)
  const shown = name ?? proxyOf(dump) ?? source.label
  const own = ownStatus({ name: shown, dump, stats, initDump, clusters, serverInfo, now: io.now() })
  return own.types.size === 0 ? { ...own, types: allStatic, notes: [...own.notes, staticNote] } : own
}

/** An Envoy without xDS is not one that waits for its configuration. */
const allStatic = new Map(['CDS', 'LDS'].map((type) => [type, ignored]))
const staticNote = 'all its configuration is static: nothing comes from a control plane'
