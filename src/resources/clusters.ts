import { provenanceCell } from '../envoy/control-plane/provenance.ts'
import type { Entry } from '../envoy/dump/config-dump.ts'
import { stringOf } from '../envoy/json.ts'
import { discoveryType } from '../envoy/model/clusters.ts'
import { type ClusterName, clusterName } from '../envoy/model/names.ts'
import { upstreamProtocol } from '../envoy/model/upstream-protocol.ts'
import { isNamed } from '../envoy/text/pipe-free.ts'
import { equals, port, sortKeysOfName } from './columns.ts'
import type { ResourceKind, Row } from './resource-kind.ts'

interface ClusterRow extends Row {
  readonly name: ClusterName
}

/** What Envoy can send traffic to. Columns follow `istioctl proxy-config clusters`. */
export const clusters: ResourceKind<ClusterRow> = {
  name: 'clusters',
  aliases: ['cluster', 'c'],
  kind: 'cluster',
  title: 'Upstream clusters: services, ports, subsets',
  examples: [
    {
      title: 'Clusters that a pod can send traffic to',
      command: 'kubectl proxy-config clusters productpage-v1-abc -n default',
    },
    {
      title: 'Clusters of one service and port, from a deployment',
      command: 'kubectl proxy-config clusters deploy/productpage --fqdn reviews --port 9080',
    },
    {
      title: 'Whether a service is the same in every proxy of the cluster',
      command: 'kubectl proxy-config clusters -A --fqdn reviews --group',
    },
    {
      title: 'The full resources from a saved dump',
      command: 'kubectl proxy-config clusters --file dump.json -o json',
    },
  ],
  counted: true,
  entries: 'clusters',
  path: 'config_dump?mask=static_clusters,dynamic_active_clusters,dynamic_warming_clusters',
  rows: (entry: Entry) => [{ entry, name: clusterName(entry.name) }],
  columns: [
    { header: 'SERVICE FQDN', value: ({ name }) => name.host },
    { header: 'PORT', value: ({ name }) => name.port, types: ['number'], missing: '-' },
    { header: 'SUBSET', value: ({ name }) => name.subset, missing: '-' },
    { header: 'DIRECTION', value: ({ name }) => name.direction, missing: '-' },
    { header: 'TYPE', value: ({ entry }) => discoveryType(entry.resource) },
    {
      header: 'DESTINATION RULE',
      value: ({ entry }) => provenanceCell(entry.resource.metadata, entry.name),
      istio: {},
    },
    { header: 'LB POLICY', value: ({ entry }) => stringOf(entry.resource.lb_policy) ?? 'ROUND_ROBIN', wide: true },
    { header: 'PROTOCOL', value: ({ entry }) => upstreamProtocol(entry.resource), wide: true },
  ],
  filters: [
    {
      name: 'fqdn',
      describe: 'Show clusters whose service name contains this text, or the cluster of this full name',
      byName: 'contains',
      matches: ({ name, entry }, wanted) =>
        name.host.toLowerCase().includes(wanted.toLowerCase()) ||
        isNamed(entry.name.toLowerCase(), wanted.toLowerCase()),
    },
    port('Show clusters of this port', ({ name }) => name.port),
    equals('subset', 'Show clusters of this subset', ({ name }) => name.subset),
    equals('direction', 'Show clusters of this direction', ({ name }) => name.direction, [
      'inbound',
      'outbound',
      'inbound-vip',
    ]),
  ],
  sortKeys: ({ name }) => sortKeysOfName(name),
}
