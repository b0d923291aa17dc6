import { ownStatus } from '../../analyses/status/own-status.ts'
import { proxyOf } from '../../analyses/status/proxy-name.ts'
import { ignored, type ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import { AppError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { clusters as clusterKind } from '../../resources/clusters.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { requireSection } from '../proxies/require-section.ts'

const discovered = kinds.filter((kind) => sections[kind].xds !== undefined)

/** The counters that own-status reads, which Envoy picks out: all of them are megabytes. */
const counters = encodeURIComponent(
  'update_(attempt|success|rejected|time)$|config_(reload|fail)$|connected_state$|filter_chains_draining$',
)

/**
 * The self-reported status of a proxy.
 * @param name `POD.NAMESPACE`; the node's own name when undefined
 * @param read its dump, where that was read before
 * @throws AppError when it cannot be read
 */
export async function ownAccount(
  proxy: MeshProxy,
  name: string | undefined,
  context: Context,
  read?: ConfigDump,
): Promise<ProxyStatus> {
  const { io } = context
  const document = async (path: string) => {
    try {
      return await optionalDocument(proxy, path, io.signal)
    } catch (error) {
      // Only the dump is needed.
      if (error instanceof AppError) return undefined
      throw error
    }
  }
  // One large answer at a time.
  const dump = read ?? (await dumpOf(proxy, 'config_dump', context))
  const [stats, initDump, serverInfo] = await Promise.all([
    document(`stats?filter=${counters}&format=json`),
    document('init_dump'),
    document('server_info'),
  ])
  const clusters = await document('clusters?format=json')
  // Of a part, such as a CSDS response without clusters, what it has is shown.
  if (!discovered.some((kind) => dump.has(kind))) requireSection(clusterKind, dump, proxy.label)
  const known = name ?? proxyOf(dump)
  const own = ownStatus({
    name: known ?? proxy.label,
    isLabel: known === undefined,
    dump,
    stats,
    initDump,
    clusters,
    serverInfo,
    now: io.now(),
  })
  return own.types.size === 0 ? { ...own, types: allStatic, notes: [...own.notes, staticNote] } : own
}

/** An Envoy without xDS is not one that waits for its configuration. */
const allStatic = new Map(['CDS', 'LDS'].map((type) => [type, ignored]))
const staticNote = 'all its configuration is static: nothing comes from a control plane'
