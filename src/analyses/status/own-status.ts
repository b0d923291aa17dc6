import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import { humanDuration } from '../../envoy/text/human-duration.ts'
import { proxyName } from './proxy-name.ts'
import type { ProxyStatus, Status, TypeStatus } from './proxy-status.ts'
import { refusal } from './refusal.ts'
import { timeOf } from './reported-proxy.ts'
import { type Subscription, type XdsStats, xdsStats } from './update-stats.ts'
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

const discovered = kinds.filter((kind) => sections[kind].xds !== undefined)

/**
 * The status of a proxy by its own account. If Envoy refused what came last that is an `ERROR`; what came and is not in use
 * yet is `WARMING`; what it asked for and did not get is `NOT SENT`; without a stream to the control plane all that it has is
 * `STALE`, for nothing newer can come.
 */
export function ownStatus(input: OwnInput): ProxyStatus {
  const { dump, name, now } = input
  const stats = xdsStats(input.stats)
  const types = new Map<string, TypeStatus>()
  const notes: string[] = []
  const note = (type: string, text: string | undefined) => {
    if (text !== undefined) notes.push(`${type}: ${text}`)
  }
  const add = (type: string, entries: readonly Entry[], hosts: number) => {
    const subscriptions = stats.updates.get(type) ?? []
    const { error, doubt } = refusal(entries, subscriptions)
    const found = typeStatus({ entries, known: entries.length + hosts, subscriptions, error, stats, now })
    if (found !== undefined) types.set(type, found)
    note(type, warmingNote(entries))
    note(type, doubt)
  }
  for (const kind of discovered) {
    const entries = dump.entries(kind).filter(({ state }) => state !== 'static')
    const hosts = kind === 'endpoints' && !dump.has(kind) ? hostsOf(input.clusters) : 0
    add(shortType(sections[kind].type), entries, hosts)
  }
  for (const type of stats.updates.keys()) if (!ofDump.has(type)) add(type, [], 0)
  const node = nodeOf(dump)
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

/** The types that a dump shows. */
const ofDump: ReadonlySet<string> = new Set(discovered.map((kind) => shortType(sections[kind].type)))

interface TypeInput {
  readonly entries: readonly Entry[]
  /** Resources that Envoy has, in any state. */
  readonly known: number
  readonly subscriptions: readonly Subscription[]
  readonly error: string | undefined
  readonly stats: XdsStats
  readonly now: Date
}

/** Undefined when Envoy has nothing of the type and never asked for it. */
function typeStatus({ entries, known, subscriptions, error, stats, now }: TypeInput): TypeStatus | undefined {
  const asked = subscriptions.some(({ attempts, accepted, rejected }) => attempts + accepted + rejected > 0)
  if (known === 0 && !asked) return undefined
  const sentTime = newest(entries)
  const age = sentTime === undefined ? undefined : humanDuration(now.getTime() - sentTime.getTime())
  const sent = known > 0 || subscriptions.some(({ accepted }) => accepted > 0)
  const warming = entries.some(({ state }) => state === 'warming')
  const status = error === undefined ? statusWord({ sent, warming, connected: stats.connected }) : 'ERROR'
  return { status, sentTime, age, error, percent: undefined }
}

function statusWord(is: { sent: boolean; warming: boolean; connected: boolean | undefined }): Status {
  if (!is.sent) return 'NOT SENT'
  if (is.connected === false) return 'STALE'
  return is.warming ? 'WARMING' : 'SYNCED'
}

function newest(entries: readonly Entry[]): Date | undefined {
  const times = entries.flatMap(({ lastUpdated }) => timeOf(lastUpdated)?.getTime() ?? [])
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.max(a, b)))
}

function warmingNote(entries: readonly Entry[]): string | undefined {
  const names = entries.filter(({ state }) => state === 'warming').map(({ name }) => name)
  return names.length === 0 ? undefined : `${names.length} warming: ${names.join(', ')}`
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
