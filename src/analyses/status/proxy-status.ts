import type { Tone } from '../../view.ts'

/**
 * Whether a proxy has what the control plane has for it. `WARMING`: it has, and does not use all of it yet; only the proxy itself
 * tells. `IGNORED`: the proxy did not ask for the type. `NOT CONNECTED`: no control plane knows the proxy. `UNKNOWN`: it has something,
 * and nothing that was read tells whether it is the newest.
 */
export type Status = 'SYNCED' | 'WARMING' | 'STALE' | 'NOT SENT' | 'ERROR' | 'IGNORED' | 'NOT CONNECTED' | 'UNKNOWN'

/** From best to worst: the status of a proxy is the worst of its types. */
const bestToWorst: readonly Status[] = [
  'IGNORED',
  'SYNCED',
  'UNKNOWN',
  'NOT SENT',
  'WARMING',
  'STALE',
  'ERROR',
  'NOT CONNECTED',
]

/** The state of one xDS type in one proxy. */
export interface TypeStatus {
  readonly status: Status
  /** When it was last sent. */
  readonly sentTime: Date | undefined
  /** When the configuration that the proxy has accepted last was worked out, in whole seconds, where the control plane tells. */
  readonly acceptedPush?: Date | undefined
  /** Since then, as kubectl prints ages. */
  readonly age: string | undefined
  /** Why Envoy rejected it, in Envoy's words. */
  readonly error: string | undefined
  /** With an error: whether an earlier version was accepted and is in use; undefined where that is not told. */
  readonly acceptedBefore?: boolean | undefined
  /** Of the endpoints, how many percent the proxy has (Istio 0.8 to 1.1). */
  readonly percent: number | undefined
  /** Resources that the proxy has otherwise than its control plane would send them now. */
  readonly differs?: readonly ResourceVersions[] | undefined
  /** Updates that were rejected some time since Envoy started, where none of them is known to be the last. */
  readonly pastRejections?: PastRejections | undefined
}

/** Updates of one type that Envoy counted as rejected since its start; it keeps no time of them. */
export interface PastRejections {
  readonly updates: number
  /** Names that its statistics count by, sorted; none where it counts all of the type together. */
  readonly resources: readonly string[]
  /** Whether what the proxy uses was found to be what its control plane would send now: then none of them is of today. */
  readonly areSettled: boolean
}

/** The versions of one resource; undefined where a side has none, or does not tell it. */
export interface ResourceVersions {
  readonly name: string
  readonly loaded: string | undefined
  readonly sent: string | undefined
}

/** One proxy and its status in each xDS type. */
export interface ProxyStatus {
  /** `POD.NAMESPACE`, or the node's id where it is not of that form; of several contexts `CONTEXT/POD.NAMESPACE`. */
  readonly name: string
  /** The context of the kubeconfig whose cluster it is in, where several are read. */
  readonly context?: string | undefined
  readonly namespace: string | undefined
  readonly cluster: string | undefined
  /** `sidecar`, `router`, `waypoint`, `ztunnel`. */
  readonly proxyType: string | undefined
  /** Pod of the control plane that answers for the proxy. */
  readonly istiod: string | undefined
  /** Who made the proxy, where that is not Istio: `Envoy Gateway`; the address of its control plane where that is not known. */
  readonly controlPlane?: string | undefined
  /** The pod of it that told what it would send. */
  readonly controlPlanePod?: string | undefined
  /** The proxy's own version. */
  readonly version: string | undefined
  /** False when no control plane knows the proxy, or the proxy has lost it; undefined when nothing that was read tells. */
  readonly connected: boolean | undefined
  /** By short name (`CDS`), or the whole type URL of a type without one. Types that the proxy did not ask for are absent. */
  readonly types: ReadonlyMap<string, TypeStatus>
  /** What else is to be said of this proxy, one line each. */
  readonly notes: readonly string[]
}

/** A type that a proxy did not ask for, where that must be said. */
export const ignored: TypeStatus = {
  status: 'IGNORED',
  sentTime: undefined,
  age: undefined,
  error: undefined,
  percent: undefined,
}

export function worst(statuses: Iterable<Status>): Status {
  let found: Status = 'IGNORED'
  for (const status of statuses) if (bestToWorst.indexOf(status) > bestToWorst.indexOf(found)) found = status
  return found
}

/** The one word for a proxy: for `--status` and `--exit-code`. A proxy without types has been sent nothing. */
export function overallStatus({ connected, types }: ProxyStatus): Status {
  if (connected === false) return 'NOT CONNECTED'
  if (types.size === 0) return connected === undefined ? 'UNKNOWN' : 'NOT SENT'
  return worst([...types.values()].map(({ status }) => status))
}

/** What a type that a proxy does not have says of it: without any type, nobody can tell what it asked for. */
function absentStatus({ connected, types }: ProxyStatus): Status {
  if (connected === false) return 'NOT CONNECTED'
  return connected === undefined && types.size === 0 ? 'UNKNOWN' : 'IGNORED'
}

/** The status of one type, also of one that the proxy does not have. */
export function statusOf(proxy: ProxyStatus, type: string): Status {
  return proxy.types.get(type)?.status ?? absentStatus(proxy)
}

const tones: ReadonlyMap<Status, Tone> = new Map([
  ['ERROR', 'bad'],
  ['STALE', 'bad'],
  ['NOT CONNECTED', 'bad'],
  ['WARMING', 'warning'],
])

/** Whether a proxy with this status lacks something that it should have. */
export function statusTone(status: Status): Tone | undefined {
  return tones.get(status)
}

/** A table cell: `SYNCED (12s)`, `SYNCED (100%)`, `NOT SENT`. `IGNORED` where the proxy did not ask for the type. */
export function statusCell(proxy: ProxyStatus, type: string): string {
  const found = proxy.types.get(type)
  if (found === undefined) return statusOf(proxy, type)
  const detail = found.percent === undefined ? found.age : `${found.percent}%`
  return detail === undefined ? found.status : `${found.status} (${detail})`
}
