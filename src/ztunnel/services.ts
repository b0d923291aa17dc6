import {
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  objectOf,
  scalarText,
  stringOf,
  stringsOf,
} from '../envoy/json.ts'
import { byFields, text } from './entry-text.ts'
import { wants, type ZtunnelKind } from './kind.ts'
import { waypointName } from './waypoint.ts'
import { ztunnelWords } from './words.ts'

/** Services and how many of their endpoints are healthy. Columns follow `istioctl ztunnel-config service`. */
export const services: ZtunnelKind = {
  ...ztunnelWords.services,
  kind: 'service',
  section: 'services',
  heading: 'SERVICE INFO',
  columns: [
    { header: 'NAMESPACE', key: 'namespace' },
    { header: 'SERVICE NAME', key: 'serviceName' },
    { header: 'SERVICE VIP', key: 'serviceVip' },
    { header: 'WAYPOINT', key: 'waypoint' },
    { header: 'ENDPOINTS', key: 'endpoints' },
    { header: 'HOSTNAME', key: 'hostname', wide: true },
    { header: 'PORTS', key: 'ports', wide: true },
    { header: 'SUBJECT ALT NAMES', key: 'subjectAltNames', wide: true },
  ],
  rows(dump, { serviceNamespace }) {
    const statuses = new Map(dump.workloads.map(({ uid, status }) => [stringOf(uid), stringOf(status)]))
    return dump.services
      .filter(({ namespace }) => wants(serviceNamespace, stringOf(namespace)))
      .toSorted(byFields('namespace', 'name', 'hostname'))
      .map((service) => {
        const endpoints = Object.values(objectOf(service.endpoints)).filter(isObject)
        const healthy = endpoints.filter(({ workloadUid }) => statuses.get(stringOf(workloadUid)) === 'Healthy')
        return {
          name: `${text(service, 'name')}.${text(service, 'namespace')}`,
          source: service,
          cells: [
            text(service, 'namespace'),
            text(service, 'name'),
            vips(service).join(','),
            waypointName(service, dump.services),
            `${healthy.length}/${endpoints.length}`,
            text(service, 'hostname'),
            portsText(service.ports),
            stringsOf(service.subjectAltNames).join(','),
          ],
        }
      })
  },
}

/** `port:targetPort` of each; what is no number is no port. */
function portsText(ports: Json | undefined): string {
  return Object.entries(objectOf(ports))
    .filter(([port, target]) => numberOf(port) !== undefined && numberOf(target) !== undefined)
    .map(([port, target]) => `${port}:${scalarText(target)}`)
    .join(',')
}

/** Virtual addresses without the network before them: `network/10.96.0.1`. */
export function vips(service: JsonObject): string[] {
  return stringsOf(service.vips).map((vip) => vip.slice(vip.indexOf('/') + 1))
}
