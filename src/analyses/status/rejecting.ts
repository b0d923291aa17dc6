import type { XdsStats } from '../../envoy/model/update-stats.ts'
import { countText } from '../../envoy/text/count-text.ts'

/** Updates of one resource that Envoy rejected between two questions. */
export interface Rejecting {
  /** Short name: `RDS`. */
  readonly type: string
  /** Undefined for a type that has one subscription for all. */
  readonly resource: string | undefined
  readonly updates: number
}

/**
 * What Envoy rejects at this moment: the counters that grew. A control plane that sends the state of the world sends again what was
 * rejected, so that an update which cannot be accepted is one that is always being rejected.
 */
export function rejectingNow(before: XdsStats, after: XdsStats): readonly Rejecting[] {
  return [...after.updates].flatMap(([type, subscriptions]) =>
    subscriptions.flatMap(({ resource, rejected }) => {
      const earlier = before.updates.get(type)?.find((each) => each.resource === resource)?.rejected ?? rejected
      return rejected > earlier ? [{ type, resource, updates: rejected - earlier }] : []
    }),
  )
}

/** `12 updates of ingress_http while it was asked; only its log says why` */
export function rejectingText({ resource, updates }: Rejecting): string {
  const of = resource === undefined ? '' : ` of ${resource}`
  return `${countText(updates, 'update')}${of} while it was asked; only Envoy's log says why`
}
