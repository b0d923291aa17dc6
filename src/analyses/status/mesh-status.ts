import { humanDuration } from '../../envoy/text/human-duration.ts'
import { type ControlPlaneReply, proxiesInReply } from './control-plane-reply.ts'
import { withLateNotes } from './late-pushes.ts'
import { proxyName } from './proxy-name.ts'
import { overallStatus, type ProxyStatus, type Status, type TypeStatus, worst } from './proxy-status.ts'
import type { ReportedProxy, ReportedType } from './reported-proxy.ts'
import { shortType } from './xds-types.ts'

/** A pod that has a proxy and so should be connected. */
export interface ProxyPod {
  readonly name: string
  readonly namespace: string
  readonly proxyType?: string
}

export interface MeshInput {
  /** One per replica, of all revisions. */
  readonly replies: readonly ControlPlaneReply[]
  /** Absent when it is not known which pods have a proxy. */
  readonly pods?: readonly ProxyPod[]
  /** Replicas that did not answer: what none of the others knows may be connected to these. */
  readonly silent?: readonly string[]
  /** When each proxy connected, by its name, in milliseconds since the epoch; absent where nobody was asked. */
  readonly connectedSince?: ReadonlyMap<string, number>
  readonly now: Date
}

/** All proxies of a mesh. */
export interface MeshStatus {
  /** Sorted by name. */
  readonly proxies: readonly ProxyStatus[]
  readonly rejections: readonly Rejection[]
  /** How many proxies have each overall status; statuses that no proxy has are absent. */
  readonly counts: Readonly<Partial<Record<Status, number>>>
}

interface JudgedMesh extends MeshStatus {
  /** Whether a note is of an age that stands out. */
  readonly hasLate: boolean
}

/** An update that a proxy refused. */
export interface Rejection {
  readonly proxy: string
  readonly type: string
  /** Envoy's own words. */
  readonly reason: string
  /** Whether the proxy goes on with an earlier version; undefined where that is not told. */
  readonly acceptedBefore: boolean | undefined
}

/**
 * The status of every proxy that some replica knows, and of every pod that none knows. A proxy that two replicas know has
 * reconnected: the newest report counts.
 * @throws AppError when a reply has none of the known formats
 */
export function meshStatus({ replies, pods = [], silent = [], connectedSince, now }: MeshInput): JudgedMesh {
  const byProxy = new Map<string, ReportedProxy[]>()
  for (const reported of replies.flatMap(proxiesInReply)) {
    const key = `${reported.cluster ?? ''}/${proxyName(reported.id).name}`
    const others = byProxy.get(key)
    if (others === undefined) byProxy.set(key, [reported])
    else others.push(reported)
  }
  const reported = [...byProxy.values()].map((reports) => statusOf(reports, now))
  const known = withLateNotes(reported, now, connectedSince)
  const names = new Set(known.map(({ name }) => name))
  const absent = pods
    .filter(({ name, namespace }) => !names.has(`${name}.${namespace}`))
    .map((pod) => (silent.length === 0 ? notListed(pod, false, []) : notListed(pod, undefined, [maybeThere(silent)])))
  return { ...summary([...known, ...absent]), hasLate: known.some((proxy, index) => proxy !== reported[index]) }
}

/** Sorts proxies and draws out what is said below the table. */
export function summary(all: readonly ProxyStatus[]): MeshStatus {
  const proxies = [...all].sort((a, b) => compare(a.name, b.name) || compare(a.cluster ?? '', b.cluster ?? ''))
  const counts: Partial<Record<Status, number>> = {}
  for (const proxy of proxies) {
    const status = overallStatus(proxy)
    counts[status] = (counts[status] ?? 0) + 1
  }
  const rejections = proxies.flatMap(({ name, types }) =>
    [...types].flatMap(([type, { error, acceptedBefore }]) =>
      error === undefined ? [] : [{ proxy: name, type, reason: error, acceptedBefore }],
    ),
  )
  return { proxies, rejections, counts }
}

function statusOf(reports: readonly ReportedProxy[], now: Date): ProxyStatus {
  const [newest, ...others] = [...reports].sort((a, b) => lastSent(b) - lastSent(a))
  if (newest === undefined) throw new RangeError('a proxy without a report')
  const { name, namespace, proxyType } = proxyName(newest.id)
  return {
    name,
    namespace: newest.namespace ?? namespace,
    cluster: newest.cluster,
    proxyType: newest.proxyType ?? proxyType,
    istiod: newest.istiod,
    version: newest.version,
    connected: true,
    types: typesOf(newest.types, now),
    notes: others.length === 0 ? [] : [reconnected(newest, others)],
  }
}

function reconnected({ istiod }: ReportedProxy, others: readonly ReportedProxy[]): string {
  const before = [...new Set(others.map((other) => other.istiod))].join(', ')
  return `reconnected to ${istiod}; ${before} still ${others.length === 1 ? 'lists the old connection' : 'list old connections'}`
}

function typesOf(reported: readonly ReportedType[], now: Date): Map<string, TypeStatus> {
  const types = new Map<string, TypeStatus>()
  for (const { type, status, sentTime, acceptedPush, error, acceptedBefore, percent } of reported) {
    const name = shortType(type)
    const before = types.get(name)
    // Several reports of one type (resources of CSDS, Address and Workload): the worst is what matters.
    if (before !== undefined && worst([before.status, status]) === before.status) continue
    const age = sentTime === undefined ? undefined : humanDuration(now.getTime() - sentTime.getTime())
    types.set(name, { status, sentTime, acceptedPush, age, error, acceptedBefore, percent })
  }
  return types
}

/** Milliseconds; of proxies without times the first reported stays first. */
function lastSent({ types }: ReportedProxy): number {
  return types.reduce((latest, { sentTime }) => Math.max(latest, sentTime?.getTime() ?? 0), 0)
}

function maybeThere(silent: readonly string[]): string {
  return `may be connected to ${silent.join(', ')}, which did not answer`
}

/** A pod whose proxy no replica lists. */
function notListed(
  { name, namespace, proxyType }: ProxyPod,
  connected: false | undefined,
  notes: readonly string[],
): ProxyStatus {
  return {
    name: `${name}.${namespace}`,
    namespace,
    cluster: undefined,
    proxyType,
    istiod: undefined,
    version: undefined,
    connected,
    types: new Map(),
    notes,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
