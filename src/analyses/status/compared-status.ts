import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type ComparedKind, sections } from '../../envoy/kinds.ts'
import type { DumpDiff } from '../diff/dump-diff.ts'
import { differingNames, differingResources } from './differing-resources.ts'
import type { ProxyStatus, ResourceVersions, TypeStatus } from './proxy-status.ts'
import { type Rejecting, rejectingText } from './rejecting.ts'

/** What a control plane would send to a proxy now, set against what the proxy uses. */
interface Compared {
  /** The pod that answered. */
  readonly from: string
  readonly sent: ConfigDump
  readonly used: ConfigDump
  readonly diff: DumpDiff
  /** What it rejects at this moment. */
  readonly rejecting?: readonly Rejecting[]
}

/**
 * The status of a proxy by its own account and by what its control plane would send. What is the same on both sides is in sync; what
 * differs and was neither rejected nor is warming has not reached the proxy: it is `STALE`, and the versions of both sides are given. What
 * differs while the proxy rejects updates of it is an `ERROR`.
 */
export function comparedStatus(own: ProxyStatus, compared: Compared): ProxyStatus {
  const types = new Map(own.types)
  const notes = [...own.notes]
  const differing = differingResources(compared.diff, compared.used)
  for (const difference of compared.diff.kinds) {
    const type = sections[difference.kind].xds
    if (type === undefined || difference.skipped !== undefined) continue
    const differs = differingNames(difference).map((name) => ({
      name,
      loaded: versionOf(compared.used, difference.kind, name),
      sent: versionOf(compared.sent, difference.kind, name),
    }))
    const before = types.get(type)
    if (before === undefined && differs.length === 0) continue
    const rejecting = compared.rejecting?.find(
      (each) =>
        each.type === type && (each.resource === undefined || differing.get(type)?.includes(each.resource) === true),
    )
    const counted = differing.get(type) ?? []
    // Statistics count endpoints by their cluster.
    const countedBy = difference.kind === 'endpoints' ? 'clusters' : difference.kind
    const isSame = (name: string) => !counted.includes(name) && compared.used.named(countedBy, name).length > 0
    const status = withRejection(withDifference(before, own.connected, differs), rejecting)
    types.set(type, withSettled(status, differs.length === 0, isSame))
    if (differs.length > 0) notes.push(`${type}: ${differenceText(differs, compared.from)}`)
  }
  return { ...own, types, notes, controlPlanePod: compared.from }
}

function versionOf(dump: ConfigDump, kind: ComparedKind, name: string): string | undefined {
  return dump.named(kind, name).find(({ state }) => state === 'active')?.version || undefined
}

function withDifference(
  before: TypeStatus | undefined,
  connected: boolean | undefined,
  differs: readonly ResourceVersions[],
): TypeStatus {
  const none: TypeStatus = {
    status: 'NOT SENT',
    sentTime: undefined,
    age: undefined,
    error: undefined,
    percent: undefined,
  }
  const { status, ...rest } = before ?? none
  if (differs.length > 0) return { ...rest, status: isExplained(status) ? status : 'STALE', differs }
  return { ...rest, status: status === 'UNKNOWN' && connected !== false ? 'SYNCED' : status }
}

function withRejection(status: TypeStatus, rejecting: Rejecting | undefined): TypeStatus {
  if (rejecting === undefined || status.status !== 'STALE') return status
  return { ...status, status: 'ERROR', error: rejectingText(rejecting), acceptedBefore: true }
}

/**
 * What Envoy rejected some time is history where nothing of the type differs now, or nothing of the resources that it counts it by.
 * @param isSame whether a name that statistics have is one of a resource that is the same on both sides. They write some otherwise (Envoy
 *   replaces colons), and these are not known to be
 */
function withSettled(status: TypeStatus, allSame: boolean, isSame: (name: string) => boolean): TypeStatus {
  const past = status.pastRejections
  if (past === undefined) return status
  const areSettled = allSame || (past.resources.length > 0 && past.resources.every(isSame))
  return { ...status, pastRejections: { ...past, areSettled } }
}

/** What the proxy itself says is more than that something differs. */
function isExplained(status: TypeStatus['status']): boolean {
  return status === 'ERROR' || status === 'WARMING' || status === 'NOT CONNECTED'
}

const shownNames = 3

/** `2 differ from what contour-1.projectcontour would send: a (version 3 loaded, 4 there), b (not loaded, 4 there)` */
function differenceText(differs: readonly ResourceVersions[], from: string): string {
  const names = differs.slice(0, shownNames).map(({ name, loaded, sent }) => `${name}${versionsText(loaded, sent)}`)
  const more = differs.length > shownNames ? ', …' : ''
  return `${differs.length} ${differs.length === 1 ? 'differs' : 'differ'} from what ${from} would send: ${names.join(', ')}${more}`
}

function versionsText(loaded: string | undefined, sent: string | undefined): string {
  if (loaded === undefined && sent === undefined) return ''
  const here = loaded === undefined ? 'no version loaded' : `version ${short(loaded)} loaded`
  return ` (${here}, ${sent === undefined ? 'none' : short(sent)} there)`
}

/** A hash by its beginning, which is enough to tell two apart. */
function short(version: string): string {
  return version.length > 16 ? `${version.slice(0, 8)}…` : version
}
