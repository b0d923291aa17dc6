import { bootstrapOf, nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { envoyRelease } from '../../envoy/dump/version.ts'
import { isObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import { secretsFromFiles } from '../../envoy/model/config-sources.ts'
import { type Subscription, type XdsStats, xdsStats } from '../../envoy/model/update-stats.ts'
import { adminReply, clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { humanDuration } from '../../envoy/text/human-duration.ts'
import { type Connection, connectionOf, hasStream } from './connection.ts'
import { proxyName } from './proxy-name.ts'
import { ignored, type ProxyStatus, type Status, type TypeStatus } from './proxy-status.ts'
import { refusal } from './refusal.ts'
import { timeOf } from './reported-proxy.ts'
import { shortType } from './xds-types.ts'

/** What is read of one proxy for its self-reported status, where no control plane answers. Everything but the dump may be missing. */
export interface OwnInput {
  /** `POD.NAMESPACE`, a URL, a file. */
  readonly name: string
  /** The name is that of a file or a URL: it says nothing of the proxy. */
  readonly isLabel?: boolean
  readonly dump: ConfigDump
  /** Parsed `/stats?format=json`. */
  readonly stats?: unknown
  /** Parsed `/server_info`: has the node where the bootstrap does not, because the command line names it. */
  readonly serverInfo?: unknown
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
 * `STALE`, for nothing newer can come, and what it never got `NOT CONNECTED`. Where nothing tells of the stream, as in a saved dump,
 * what it has is `UNKNOWN`: a newer version may be waiting. Secrets that it reads from files are no control plane's.
 */
export function ownStatus(input: OwnInput): ProxyStatus {
  const { dump, name, now } = input
  const stats = xdsStats(input.stats)
  const connection = connectionOf(dump, stats, input.clusters)
  // Without a stream there is none to lose: files, REST, and an Envoy whose bootstrap is not known to ask anyone.
  const connected = connection.open ?? (hasStream(dump) || !dump.has('bootstrap') ? undefined : true)
  const types = new Map<string, TypeStatus>()
  const notes: string[] = []
  const note = (type: string, text: string | undefined) => {
    if (text !== undefined) notes.push(`${type}: ${text}`)
  }
  const files = secretsFromFiles(bootstrapOf(dump))
  const add = (type: string, all: readonly Entry[], hosts: number) => {
    const isFile = (name: string | undefined) => type === 'SDS' && name !== undefined && files.has(name)
    const entries = all.filter(({ name }) => !isFile(name))
    const subscriptions = (stats.updates.get(type) ?? []).filter(({ resource }) => !isFile(resource))
    const { error, past } = refusal(entries, subscriptions)
    const open = ownStreams(subscriptions) ?? stats.connected ?? connected
    const found = typeStatus({ entries, known: entries.length + hosts, subscriptions, error, open, now })
    if (found !== undefined) types.set(type, { ...found, pastRejections: past })
    note(type, warmingNote(entries))
  }
  for (const kind of discovered) {
    const entries = dump.entries(kind).filter(({ state }) => state !== 'static')
    const hosts = kind === 'endpoints' && !dump.has(kind) ? hostsOf(input.clusters) : 0
    add(shortType(sections[kind].type), entries, hosts)
  }
  for (const type of stats.updates.keys()) if (!ofDump.has(type)) add(type, [], 0)
  const missing = missingTypes(input).filter((type) => !types.has(type))
  for (const type of missing) types.set(type, { ...ignored, status: 'UNKNOWN' })
  const { cds_config, lds_config } = objectOf(bootstrapOf(dump).dynamic_resources)
  for (const [type, source] of [
    ['CDS', cds_config],
    ['LDS', lds_config],
  ] as const) {
    const status = statusWord({ sent: false, warming: false, open: connected })
    if (isObject(source) && !types.has(type)) types.set(type, { ...ignored, status })
  }
  const fromFiles = dump.entries('secrets').filter(({ name, state }) => state !== 'static' && files.has(name))
  if (fromFiles.length > 0) note('SDS', `read from files: ${fromFiles.map(({ name }) => name).join(', ')}`)
  const serverNode = objectOf(objectOf(input.serverInfo).node)
  const node = { ...serverNode, ...nodeOf(dump) }
  const metadata = objectOf(node.metadata)
  const self = proxyName(stringOf(node.id) ?? name)
  return {
    name,
    namespace: stringOf(metadata.NAMESPACE) ?? (input.isLabel === true ? undefined : proxyName(name).namespace),
    cluster: stringOf(metadata.CLUSTER_ID) ?? stringOf(node.cluster),
    proxyType: self.proxyType,
    istiod: undefined,
    version: stringOf(metadata.ISTIO_VERSION) ?? envoyRelease(node),
    connected,
    types,
    notes: [
      ...connectionNotes(connected, connection),
      ...(missing.length === 0 ? [] : [`the dump is a part: of ${missing.join(', ')} nothing is known`]),
      ...notes,
      ...drainingNotes(stats),
      ...waitingNotes(input.initDump),
    ],
  }
}

/**
 * The usual types that a part of a dump, such as a CSDS response or what a mask left, says nothing of. A whole dump has a bootstrap, and
 * lacks sections of what Envoy has none of; statistics tell what it never asked for.
 */
function missingTypes({ dump, stats }: OwnInput): string[] {
  if (dump.has('bootstrap') || stats !== undefined) return []
  return (['clusters', 'listeners', 'endpoints', 'routes'] as const).flatMap((kind) =>
    dump.has(kind) ? [] : [shortType(sections[kind].type)],
  )
}

function connectionNotes(connected: boolean | undefined, { reason }: Connection): string[] {
  if (reason !== undefined) return [`not connected to its control plane: ${reason}`]
  return connected === undefined
    ? ['UNKNOWN: statistics and /clusters, which tell whether it is connected to its control plane, were not read']
    : []
}

function drainingNotes({ chainsDraining }: XdsStats): string[] {
  if (chainsDraining === 0) return []
  return [
    `${countText(chainsDraining, 'filter chain')} from before an update draining: connections that were open then still use the configuration of then`,
  ]
}

/** The types that a dump shows. */
const ofDump: ReadonlySet<string> = new Set(discovered.map((kind) => shortType(sections[kind].type)))

interface TypeInput {
  readonly entries: readonly Entry[]
  /** Resources that Envoy has, in any state. */
  readonly known: number
  readonly subscriptions: readonly Subscription[]
  readonly error: string | undefined
  /** Whether the stream that brings the type is open; undefined when nothing that was read tells. */
  readonly open: boolean | undefined
  readonly now: Date
}

/** Of subscriptions with a stream each, one that is closed is enough; undefined where none has its own. */
function ownStreams(subscriptions: readonly Subscription[]): boolean | undefined {
  const own = subscriptions.flatMap(({ connected }) => connected ?? [])
  return own.length === 0 ? undefined : !own.includes(false)
}

/** Undefined when Envoy has nothing of the type and never asked for it. */
function typeStatus({ entries, known, subscriptions, error, open, now }: TypeInput): TypeStatus | undefined {
  const asked = subscriptions.some(({ attempts, accepted, rejected }) => attempts + accepted + rejected > 0)
  if (known === 0 && !asked) return undefined
  const sentTime = newest(entries)
  const age = sentTime === undefined ? undefined : humanDuration(now.getTime() - sentTime.getTime())
  const sent = known > 0 || subscriptions.some(({ accepted }) => accepted > 0)
  const warming = entries.some(({ state }) => state === 'warming')
  const status = error === undefined ? statusWord({ sent, warming, open }) : 'ERROR'
  const acceptedBefore = error === undefined ? undefined : sent
  return { status, sentTime, age, error, acceptedBefore, percent: undefined }
}

function statusWord(is: { sent: boolean; warming: boolean; open: boolean | undefined }): Status {
  if (!is.sent) return is.open === false ? 'NOT CONNECTED' : 'NOT SENT'
  if (is.open === false) return 'STALE'
  if (is.warming) return 'WARMING'
  return is.open === undefined ? 'UNKNOWN' : 'SYNCED'
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
  return objectsOf(adminReply(initDump, 'UnreadyTargetsDumps').unready_targets_dumps).map((target) => {
    const missing = stringsOf(target.target_names).toSorted()
    return `${stringOf(target.name) ?? 'init manager'} waits${missing.length === 0 ? '' : ` for ${missing.join(', ')}`}`
  })
}

/** Hosts of clusters that came from a control plane. */
function hostsOf(clusters: unknown): number {
  return clusterStatusesOf(clusters)
    .filter(({ added_via_api }) => added_via_api === true)
    .reduce((sum, { host_statuses }) => sum + objectsOf(host_statuses).length, 0)
}
