import { pushTime } from '../../envoy/control-plane/push-time.ts'
import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import type { Status } from './proxy-status.ts'
import { type ReportedProxy, type ReportedType, timeOf } from './reported-proxy.ts'

/** Fields of Istio 1.0 to 1.22, beside which newer ones have `resources`. */
const legacyFields: readonly (readonly [field: string, type: string])[] = [
  ['cluster', 'CDS'],
  ['listener', 'LDS'],
  ['endpoint', 'EDS'],
  ['route', 'RDS'],
  ['extensionconfig', 'ECDS'],
]

/** Version of a client that names none: a debug client such as `istioctl`. */
const noVersion = '65536.65536.65536'

/**
 * The proxies of one reply to `/debug/syncz`. Debug clients are left out: in a reply that has `resources`, what has none and
 * was sent nothing; and whoever has no version.
 * https://github.com/istio/istio/blob/master/pilot/pkg/xds/debug.go (SyncStatus)
 */
export function proxiesInSyncz(entries: readonly JsonObject[], istiod: string): ReportedProxy[] {
  const isNew = entries.some(({ resources }) => isObject(resources))
  return entries.flatMap((entry) => {
    const id = stringOf(entry.proxy)
    const types = typesOf(entry)
    if (id === undefined || entry.istio_version === noVersion) return []
    if (isNew && !isObject(entry.resources) && types.length === 0) return []
    return [
      {
        id,
        namespace: undefined,
        cluster: stringOf(entry.cluster_id) || undefined,
        proxyType: stringOf(entry.proxy_type) || undefined,
        version: versionOf(entry),
        istiod,
        types: types.length === 0 && !isNew ? neverSent : types,
      },
    ]
  })
}

/** A proxy that has just connected, in the formats that leave empty fields out. */
const neverSent: readonly ReportedType[] = ['CDS', 'LDS', 'EDS', 'RDS'].map((type) => ({
  type,
  status: 'NOT SENT',
  sentTime: undefined,
  error: undefined,
}))

/** Istio before 1.2 knows the proxy's version only; istioctl marks it with a star. */
function versionOf(entry: JsonObject): string | undefined {
  const proxyVersion = stringOf(entry.proxy_version)
  return stringOf(entry.istio_version) || (proxyVersion ? `${proxyVersion}*` : undefined)
}

function typesOf(entry: JsonObject): ReportedType[] {
  if (isObject(entry.resources)) {
    return Object.entries(entry.resources).map(([type, value]) => {
      const { sent, acked, sentTime, lastError } = objectOf(value)
      const error = stringOf(lastError)?.trim() || undefined
      const before = error === undefined ? {} : { acceptedBefore: acked !== undefined && acked !== '' }
      const acceptedPush = pushTime(stringOf(acked))
      return { type, status: statusOf(sent, acked, error), sentTime: timeOf(sentTime), acceptedPush, error, ...before }
    })
  }
  return legacyFields.flatMap(([field, type]): ReportedType[] => {
    const [sent, acked] = [entry[`${field}_sent`], entry[`${field}_acked`]]
    if (sent === undefined && acked === undefined) return []
    const percent = type === 'EDS' ? numberOf(entry.endpoint_percent) : undefined
    const status = statusOf(sent, acked, undefined)
    return [
      { type, status, sentTime: nonceTime(sent), error: undefined, ...(percent === undefined ? {} : { percent }) },
    ]
  })
}

/** https://github.com/istio/istio/blob/master/pilot/pkg/xds/statusgen.go (debugSyncStatus) */
function statusOf(sent: unknown, acked: unknown, error: string | undefined): Status {
  if (error !== undefined) return 'ERROR'
  if (typeof sent !== 'string' || sent === '') return 'NOT SENT'
  return sent === acked ? 'SYNCED' : 'STALE'
}

/** The nonces of Istio 1.0 are times; later ones are opaque. */
function nonceTime(nonce: unknown): Date | undefined {
  return typeof nonce === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(nonce)
    ? timeOf(nonce)
    : undefined
}
