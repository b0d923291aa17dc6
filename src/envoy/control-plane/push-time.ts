/**
 * When Istio worked out what it pushed: its versions, and the nonces that begin with them, are `2026-11-29T14:00:07Z/35`.
 * https://github.com/istio/istio/blob/master/pilot/pkg/xds/discovery.go (NextVersion)
 * @returns whole seconds; undefined where the text does not begin with a time
 */
export function pushTime(text: string | undefined): Date | undefined {
  const [, time] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\/\d/.exec(text ?? '') ?? []
  return time === undefined ? undefined : new Date(time)
}
