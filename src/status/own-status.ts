import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import { humanDuration } from '../envoy/human-duration.ts'
import { isObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { type Kind, sections } from '../envoy/sections.ts'
import { proxyName } from './proxy-name.ts'
import type { ProxyStatus, Status, TypeStatus } from './proxy-status.ts'
import { timeOf } from './reported-proxy.ts'
import { type UpdateCounts, type XdsStats, xdsStats } from './update-stats.ts'
import { shortType } from './xds-types.ts'

/** What one proxy says of itself, where no control plane tells. Everything but the dump may be missing. */
export interface OwnInput {
  /** `POD.NAMESPACE`, a URL, a file. */
  readonly name: string
  readonly dump: ConfigDump
  /** Parsed `/stats?format=json`. */
  readonly stats?: unknown
  /** Parsed `/init_dump`. */
  readonly initDump?: unknown
  /** Parsed `/clusters?format=json`: stands in for the endpoints of a dump without `include_eds`. */
  readonly clusters?: unknown
  readonly now: Date
}

const discovered = [
  'clusters',
  'listeners',
  'endpoints',
  'routes',
  'scopedRoutes',
  'ecds',
  'secrets',
] as const satisfies readonly Kind[]

/**
 * The status of a proxy by its own account. An update that Envoy refused is an `ERROR`; one that it asked for and did not
 * get is `NOT SENT`; without a stream to the control plane all that it has is `STALE`, for nothing newer can come.
 */
export function ownStatus(input: OwnInput): ProxyStatus {
  const { dump, name, now } = input
  const stats = xdsStats(input.stats)
  const types = new Map<string, TypeStatus>()
  const notes: string[] = []
  for (const kind of discovered) {
    const type = shortType(sections[kind].type)
    const entries = dump.entries(kind).filter(({ state }) => state !== 'static')
    const hosts = kind === 'endpoints' && !dump.has(kind) ? hostsOf(input.clusters) : 0
    const keepsReason = kind === 'listeners'
    const found = typeStatus({
      entries,
      known: entries.length + hosts,
      keepsReason,
      counts: stats.updates.get(type),
      stats,
      now,
    })
    if (found !== undefined) types.set(type, found)
    notes.push(...warmingNotes(type, entries))
  }
  for (const [type, counts] of stats.updates) {
    const found = types.has(type)
      ? undefined
      : typeStatus({ entries: [], known: 0, keepsReason: false, counts, stats, now })
    if (found !== undefined) types.set(type, found)
  }
  const node = objectOf(objectOf(dump.entries('bootstrap')[0]?.resource).node)
  const metadata = objectOf(node.metadata)
  const self = proxyName(stringOf(node.id) ?? name)
  return {
    name,
    namespace: stringOf(metadata.NAMESPACE) ?? proxyName(name).namespace,
    cluster: stringOf(metadata.CLUSTER_ID) ?? stringOf(node.cluster),
    proxyType: self.proxyType,
    istiod: undefined,
    version: stringOf(metadata.ISTIO_VERSION) ?? envoyVersion(node.user_agent_build_version),
    connected: stats.connected !== false,
    types,
    notes: [...notes, ...waitingNotes(input.initDump)],
  }
}

interface TypeInput {
  readonly entries: readonly Entry[]
  /** Resources that Envoy has, in any state. */
  readonly known: number
  /** Whether a rejected resource stays in the dump until it is put right. */
  readonly keepsReason: boolean
  readonly counts: UpdateCounts | undefined
  readonly stats: XdsStats
  readonly now: Date
}

/** Undefined when Envoy has nothing of the type and never asked for it. */
function typeStatus({ entries, known, keepsReason, counts, stats, now }: TypeInput): TypeStatus | undefined {
  if (known === 0 && (counts === undefined || counts.attempts + counts.accepted + counts.rejected === 0))
    return undefined
  const error = rejectionIn(entries) ?? (keepsReason ? undefined : rejectionCounted(counts))
  const sentTime = newest(entries)
  const age = sentTime === undefined ? undefined : humanDuration(now.getTime() - sentTime.getTime())
  const sent = known > 0 || (counts?.accepted ?? 0) > 0
  return { status: statusWord(error, sent, stats.connected), sentTime, age, error, percent: undefined }
}

function statusWord(error: string | undefined, sent: boolean, connected: boolean | undefined): Status {
  if (error !== undefined) return 'ERROR'
  if (!sent) return 'NOT SENT'
  return connected === false ? 'STALE' : 'SYNCED'
}

function rejectionIn(entries: readonly Entry[]): string | undefined {
  const reasons = entries.flatMap(({ name, error }) =>
    error === undefined ? [] : [`${name}: ${error.details.trim()}`],
  )
  return reasons.length === 0 ? undefined : [...new Set(reasons)].join('\n')
}

/** All there is of refused clusters, routes and endpoints: a count since the start. What it counted may have been put right. */
function rejectionCounted(counts: UpdateCounts | undefined): string | undefined {
  if (counts === undefined || counts.rejected === 0) return undefined
  const many = counts.rejected === 1 ? '1 update' : `${counts.rejected} updates`
  return `${many} rejected since Envoy started, perhaps put right meanwhile; the reason is in Envoy's log`
}

function newest(entries: readonly Entry[]): Date | undefined {
  const times = entries.flatMap(({ lastUpdated }) => timeOf(lastUpdated)?.getTime() ?? [])
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.max(a, b)))
}

function warmingNotes(type: string, entries: readonly Entry[]): string[] {
  const names = entries.filter(({ state }) => state === 'warming').map(({ name }) => name)
  return names.length === 0 ? [] : [`${type}: ${names.length} warming: ${names.join(', ')}`]
}

/** https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--init_dump */
function waitingNotes(initDump: unknown): string[] {
  const dump = objectOf(initDump)
  return objectsOf(dump.unready_targets_dumps ?? dump.unreadyTargetsDumps).map((target) => {
    const missing = stringsOf(target.target_names ?? target.targetNames)
    return `${stringOf(target.name) ?? 'init manager'} waits${missing.length === 0 ? '' : ` for ${missing.join(', ')}`}`
  })
}

/** Hosts of clusters that came from a control plane. */
function hostsOf(clusters: unknown): number {
  const body = objectOf(clusters)
  const dynamic = objectsOf(body.cluster_statuses ?? body.clusterStatuses).filter(
    (status) => (status.added_via_api ?? status.addedViaApi) === true,
  )
  return dynamic.reduce((sum, status) => sum + objectsOf(status.host_statuses ?? status.hostStatuses).length, 0)
}

function envoyVersion(build: unknown): string | undefined {
  const { version } = objectOf(build)
  if (!isObject(version)) return undefined
  return `${version.major_number ?? 0}.${version.minor_number ?? 0}.${version.patch ?? 0}`
}
