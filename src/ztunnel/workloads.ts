import { type JsonObject, stringsOf } from '../envoy/json.ts'
import { withTones } from '../view.ts'
import { byKeys, text } from './entry-text.ts'
import { wants, type ZtunnelKind } from './kind.ts'
import { waypointName } from './waypoint.ts'
import { ztunnelWords } from './words.ts'

/** Pods and other workloads of the mesh. Columns follow `istioctl ztunnel-config workload`. */
export const workloads: ZtunnelKind = {
  ...ztunnelWords.workloads,
  kind: 'workload',
  section: 'workloads',
  heading: 'WORKLOAD INFO',
  columns: [
    { header: 'NAMESPACE', key: 'namespace' },
    { header: 'POD NAME', key: 'podName' },
    { header: 'ADDRESS', key: 'address' },
    { header: 'NODE', key: 'node' },
    { header: 'WAYPOINT', key: 'waypoint' },
    { header: 'PROTOCOL', key: 'protocol' },
    { header: 'STATUS', key: 'status', wide: true },
    { header: 'SERVICE ACCOUNT', key: 'serviceAccount', wide: true },
    { header: 'TRUST DOMAIN', key: 'trustDomain', wide: true },
    { header: 'OWNER', key: 'owner', wide: true },
    { header: 'NETWORK', key: 'network', wide: true },
    { header: 'CLUSTER', key: 'cluster', wide: true },
    { header: 'POLICIES', key: 'policies', wide: true },
  ],
  rows: (dump, { address, workloadNamespace, workloadNode, workload }) =>
    dump.workloads
      .filter(
        (entry) =>
          wants(workloadNamespace, text(entry, 'namespace')) &&
          wants(workloadNode, text(entry, 'node')) &&
          (!address || addresses(entry).some((known) => wants(address, known))) &&
          wants(workload?.name, text(entry, 'name')) &&
          wants(workload?.namespace, text(entry, 'namespace')),
      )
      .toSorted(inOrder)
      .map((entry) => ({
        name: `${text(entry, 'name')}.${text(entry, 'namespace')}`,
        source: entry,
        ...withTones({ status: text(entry, 'status') === 'Unhealthy' ? 'bad' : undefined }),
        cells: [
          text(entry, 'namespace'),
          text(entry, 'name'),
          addresses(entry).join(',') || text(entry, 'hostname'),
          text(entry, 'node'),
          waypointName(entry, dump.services),
          text(entry, 'protocol'),
          text(entry, 'status'),
          text(entry, 'serviceAccount'),
          text(entry, 'trustDomain'),
          [text(entry, 'workloadType'), text(entry, 'workloadName')].filter(Boolean).join('/'),
          text(entry, 'network'),
          text(entry, 'clusterId'),
          stringsOf(entry.authorizationPolicies).join(','),
        ],
      })),
}

/** Early ztunnels knew one address: `workloadIp`. */
function addresses(entry: JsonObject): readonly string[] {
  return stringsOf(entry.workloadIps ?? entry.workloadIp)
}

/** istioctl orders by `namespace.name` as one text. */
const inOrder = byKeys(
  (entry) => `${text(entry, 'namespace')}.${text(entry, 'name')}`,
  (entry) => text(entry, 'node'),
)
