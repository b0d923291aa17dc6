import type { XdsStats } from '../../envoy/model/update-stats.ts'
import { countText } from '../../envoy/text/count-text.ts'

/** Updates of one resource that Envoy rejected. */
export interface Rejecting {
  /** Short name: `RDS`. */
  readonly type: string
  /** As Envoy's statistics name it: a route configuration, a cluster. Undefined for a type that has one subscription for all. */
  readonly resource: string | undefined
  /** While it was asked. */
  readonly updates: number
  /** Envoy's words in its log. */
  readonly reason?: string | undefined
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

/** An update that was rejected some time since Envoy started; a control plane that sends what is new does not send it again. */
interface RejectedBefore {
  readonly type: string
  readonly resource: string | undefined
  /** When an update was accepted last, milliseconds since the epoch: what Envoy logs after it is of what came last. */
  readonly acceptedAt: number
}

/** Where none was accepted at all the proxy's own status has it. */
export function rejectedBefore({ updates }: XdsStats): readonly RejectedBefore[] {
  return [...updates].flatMap(([type, subscriptions]) =>
    subscriptions.flatMap(({ resource, rejected, acceptedAt }) =>
      rejected > 0 && acceptedAt !== undefined ? [{ type, resource, acceptedAt }] : [],
    ),
  )
}

/** `12 updates of ingress_http while it was asked; only its log says why` */
export function rejectingText({ resource, updates, reason }: Rejecting): string {
  const of = resource === undefined ? '' : ` of ${resource}`
  if (reason === undefined) return `${countText(updates, 'update')}${of} while it was asked; only Envoy's log says why`
  return `${updates === 0 ? 'the last update' : countText(updates, 'update')}${of}${updates === 0 ? '' : ' while it was asked'}: ${reason} (Envoy's log)`
}

/**
 * Why Envoy rejected an update of a type last, in its log; undefined where the log has none.
 * https://github.com/envoyproxy/envoy/blob/main/source/extensions/config_subscription/grpc/grpc_subscription_impl.cc
 * @param message full name of the type: `envoy.config.route.v3.RouteConfiguration`
 */
export function reasonInLog(log: string, message: string): string | undefined {
  const words = `config for type.googleapis.com/${message} rejected: `
  const at = log.lastIndexOf(words)
  return at === -1
    ? undefined
    : log
        .slice(at + words.length)
        .split('\n', 1)[0]
        ?.trim()
}
