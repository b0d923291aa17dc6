import { isObject, type JsonObject, stringOf, stringsOf } from '../envoy/json.ts'

/**
 * The service that is the waypoint of a workload or service, in istioctl's words: its name, `None` without one, `NA` when no
 * service of the dump is it. The destination is `NAMESPACE/HOSTNAME` or `NETWORK/IP`.
 */
export function waypointName({ waypoint }: JsonObject, services: readonly JsonObject[]): string {
  if (!isObject(waypoint)) return 'None'
  const destination = stringOf(waypoint.destination) ?? ''
  const found = services.find(
    ({ namespace, hostname, vips }) =>
      `${stringOf(namespace)}/${stringOf(hostname)}` === destination || stringsOf(vips).includes(destination),
  )
  return stringOf(found?.name) ?? 'NA'
}
