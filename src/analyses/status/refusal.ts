import type { Entry } from '../../envoy/dump/config-dump.ts'
import type { Subscription } from '../../envoy/model/update-stats.ts'
import { countText } from '../../envoy/text/count-text.ts'
import type { PastRejections, ProxyStatus } from './proxy-status.ts'
import { timeOf } from './reported-proxy.ts'

/** Whether Envoy refused what it was sent last. At most one of the two is set. */
export interface Refusal {
  /** It did: Envoy's reason, or what there is of it. */
  readonly error: string | undefined
  /** Updates were refused, and whether the last one was among them Envoy does not tell. */
  readonly past: PastRejections | undefined
}

/**
 * What Envoy tells of refused updates of one type. Of a refused listener it keeps the reason until the next update. Of all else
 * there are counters since the start and the time of the last update that was accepted, but no time of one that was refused:
 * it was the last one for certain only where none was ever accepted, or where a part of an update came into use later.
 * https://github.com/envoyproxy/envoy/blob/main/source/extensions/config_subscription/grpc/grpc_subscription_impl.cc
 * @param entries of the type, without static ones
 */
export function refusal(entries: readonly Entry[], subscriptions: readonly Subscription[]): Refusal {
  const refused = subscriptions.filter(({ rejected }) => rejected > 0)
  const count = refused.reduce((sum, { rejected }) => sum + rejected, 0)
  if (count === 0) return { error: reasons(entries), past: undefined }
  const resources = [...new Set(refused.flatMap(({ resource }) => resource ?? []))].toSorted()
  const error = reasons(entries) ?? certainty(entries, refused, countedUpdates(count, resources))
  return error === undefined
    ? { error, past: { updates: count, resources, areSettled: false } }
    : { error, past: undefined }
}

/** `3 updates of a, b` */
function countedUpdates(count: number, resources: readonly string[]): string {
  return `${countText(count, 'update')}${resources.length === 0 ? '' : ` of ${resources.join(', ')}`}`
}

/** The notes of rejections that may be the last ones, by type. One that was settled by a comparison is history: only JSON has it. */
export function rejectionNotes({ types }: ProxyStatus): string[] {
  return [...types].flatMap(([type, { pastRejections }]) => {
    if (pastRejections === undefined || pastRejections.areSettled) return []
    const { updates, resources } = pastRejections
    return `${type}: ${countedUpdates(updates, resources)} rejected at some time since Envoy started; whether a later one was accepted, only Envoy's log tells`
  })
}

function certainty(entries: readonly Entry[], refused: readonly Subscription[], many: string): string | undefined {
  if (refused.some(({ accepted }) => accepted === 0)) return `${many} rejected and none accepted; ${reasonInLog}`
  const [only] = refused
  const inPart = only?.ofAll === true && only.acceptedAt !== undefined && newest(entries) > only.acceptedAt
  return inPart ? `an update was rejected of which a part is in use; ${reasonInLog}` : undefined
}

const reasonInLog = "the reason is in Envoy's log"

function reasons(entries: readonly Entry[]): string | undefined {
  const found = entries.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error.details.trim()}`]))
  return found.length === 0 ? undefined : [...new Set(found)].join('\n')
}

/** Milliseconds since the epoch. */
function newest(entries: readonly Entry[]): number {
  return entries.reduce((latest, { lastUpdated }) => Math.max(latest, timeOf(lastUpdated)?.getTime() ?? 0), 0)
}
