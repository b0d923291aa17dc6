import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { type JsonObject, objectsOf } from '../envoy/json.ts'
import { addressText } from '../envoy/model/addresses.ts'
import { type Host, hostAddressText, hostHasAddress, hostsOfAssignment, hostsOfStatus } from '../envoy/model/hosts.ts'
import { clusterName } from '../envoy/model/names.ts'
import type { Tone } from '../view.ts'
import { equals, port, sortKeysOfName } from './columns.ts'
import { containedEndpoints } from './contained/contained-endpoints.ts'
import type { Column, Filter, ResourceKind, Row } from './resource-kind.ts'

export interface HostRow extends Row {
  /** Absent for a cluster without hosts. */
  readonly host: Host | undefined
}

const status: Column<HostRow> = {
  header: 'STATUS',
  value: ({ host }) => host?.health.join(',') ?? 'NO ENDPOINTS',
  tone: ({ host }) => (host === undefined ? 'warning' : healthTone(host.health)),
}
const cluster: Column<HostRow> = { header: 'CLUSTER', value: ({ entry }) => entry.name }
const locality: Column<HostRow> = { header: 'LOCALITY', value: ({ host }) => host?.locality }

const details: Column<HostRow>[] = [
  { header: 'WEIGHT', value: ({ host }) => host?.weight, types: ['number'], wide: true },
  { header: 'PRIORITY', value: ({ host }) => host?.priority, types: ['number'], wide: true },
  { header: 'HOSTNAME', value: ({ host }) => host?.hostname, wide: true },
]

const localityWeight: Column<HostRow> = {
  header: 'LOCALITY WEIGHT',
  value: ({ host }) => host?.localityWeight,
  types: ['number'],
  wide: true,
}
const assignedDetails = [...details, localityWeight]

const filters: Filter<HostRow>[] = [
  {
    name: 'address',
    describe: 'Show endpoints of this address, with or without its port, or range (10.1.0.0/16)',
    matches: ({ host }, wanted) => host !== undefined && hostHasAddress(host, wanted),
  },
  port('Show endpoints of this port', ({ host }) => host?.addresses[0]?.port),
  equals('cluster', 'Show endpoints of the cluster of this name', ({ entry }) => entry.name),
  equals(
    'status',
    'Show endpoints of this health status; unhealthy: all that Envoy sends nothing, ejected ones too',
    statusesOf,
    ['healthy', 'unhealthy', 'ejected', 'draining', 'degraded', 'timeout', 'unknown', 'no endpoints'],
  ),
]

/**
 * What `--status` finds a host by: what it is said to be, and beside that whether Envoy takes it for unhealthy, be it by outlier
 * detection, by a check of its own or by the control plane's word. (Upstream::Host::Health)
 */
function statusesOf({ host }: HostRow): readonly string[] {
  if (host === undefined) return ['NO ENDPOINTS']
  const { health, ejected } = host
  const isUnhealthy = ejected || health.some((word) => unhealthy.has(word) || unpicked.has(word))
  const isDegraded = !isUnhealthy && health.includes('FAILED_ACTIVE_DEGRADED_CHECK')
  if (!isUnhealthy && !isDegraded) return health
  return [...health, ...(isDegraded ? ['DEGRADED'] : ['UNHEALTHY']), ...(ejected ? ['EJECTED'] : [])]
}

/** With one of these a host is not picked either: it goes, or was not checked yet. */
const unpicked: ReadonlySet<string> = new Set(['DRAINING', 'PENDING_ACTIVE_HC'])

/** With one of these Envoy sends a host nothing, but for panic routing. */
const unhealthy: ReadonlySet<string> = new Set([
  'UNHEALTHY',
  'TIMEOUT',
  'FAILED_ACTIVE_HEALTH_CHECK',
  'EXCLUDED_VIA_IMMEDIATE_HC_FAIL',
  'ACTIVE_HC_TIMEOUT',
])

/** With one of these it gets less, or only what it has already. */
const impaired: ReadonlySet<string> = new Set([
  'DRAINING',
  'DEGRADED',
  'FAILED_ACTIVE_DEGRADED_CHECK',
  'PENDING_DYNAMIC_REMOVAL',
])

function healthTone(health: readonly string[]): Tone | undefined {
  if (health.some((word) => unhealthy.has(word))) return 'bad'
  return health.some((word) => impaired.has(word)) ? 'warning' : undefined
}

/** Upstream hosts as Envoy sees them now, from `/clusters`. Columns follow `istioctl proxy-config endpoints`. */
export const endpoints: ResourceKind<HostRow> = {
  name: 'endpoints',
  aliases: ['endpoint', 'ep'],
  kind: 'endpoint',
  title: 'Endpoints: upstream hosts and their health',
  examples: [
    { title: 'Upstream hosts and their health', command: 'kubectl proxy-config endpoints productpage-v1-abc' },
    {
      title: 'Hosts of one cluster that are not healthy',
      command:
        "kubectl proxy-config endpoints productpage-v1-abc --cluster 'outbound|9080||reviews.default.svc.cluster.local' --status unhealthy",
    },
    {
      title: 'Which proxies still send to an address',
      command: 'kubectl proxy-config endpoints -A --address 10.1.2.3',
    },
    {
      title: 'Which hosts fail now: requests and errors a second',
      command: 'kubectl proxy-config endpoints productpage-v1-abc --traffic --interval 5s',
    },
    { title: 'From a saved /clusters?format=json', command: 'kubectl proxy-config endpoints --file clusters.json' },
  ],
  counted: true,
  entries: 'clusterStatuses',
  watchable: true,
  path: 'clusters?format=json',
  rows: (entry) => hostRows(entry, hostsOfStatus(entry.resource)),
  columns: [
    { header: 'ENDPOINT', value: ({ host }) => addressCell(host) },
    status,
    {
      header: 'OUTLIER CHECK',
      value: ({ host }) => (host === undefined ? '-' : host.ejected ? 'FAILED' : 'OK'),
      tone: ({ host }) => (host?.ejected ? 'bad' : undefined),
    },
    cluster,
    { ...locality, wide: true },
    ...details,
  ],
  filters,
  sortKeys: ({ host, entry }) => [addressKey(host), host?.addresses[0]?.port ?? 0, entry.name],
  prune: (entry, rows) => withHosts(entry, rows, 'host_statuses'),
  fallback: (dump: ConfigDump) => (dump.has('clusterStatuses') ? undefined : assignedEndpoints),
}

const assigned: Omit<ResourceKind<HostRow>, 'columns' | 'name' | 'aliases' | 'title' | 'examples'> = {
  kind: 'endpoint',
  entries: 'endpoints',
  path: 'config_dump?include_eds',
  rows: (entry) => hostRows(entry, hostsOfAssignment(entry.resource)),
  contained: containedEndpoints,
  filters,
  sortKeys: ({ entry }) => sortKeysOfName(clusterName(entry.name)),
  prune: withEndpoints,
}

/** The same from a config dump, where Envoy's own view of health is missing and the locality is known. */
export const assignedEndpoints: ResourceKind<HostRow> = {
  ...assigned,
  name: 'endpoints',
  aliases: [],
  title: endpoints.title,
  examples: endpoints.examples,
  columns: [
    { header: 'ENDPOINT', value: ({ host }) => addressCell(host) },
    status,
    locality,
    cluster,
    ...assignedDetails,
  ],
}

/** Load assignments as the control plane sent them, from `config_dump?include_eds`. Columns follow `istioctl proxy-config eds`. */
export const eds: ResourceKind<HostRow> = {
  ...assigned,
  name: 'eds',
  aliases: [],
  title: 'Endpoints as the control plane sent them (EDS), with their locality',
  examples: [
    { title: 'Endpoints as the control plane sent them', command: 'kubectl proxy-config eds productpage-v1-abc' },
    {
      title: 'From a dump made with config_dump?include_eds',
      command: 'kubectl proxy-config eds --file dump.json --port 9080',
    },
  ],
  columns: [
    // istioctl prints the path of a pipe bare here, and with its scheme in `endpoints`.
    { header: 'NAME', value: ({ host }) => addressCell(host)?.replaceAll('unix://', '') },
    status,
    locality,
    cluster,
    ...assignedDetails,
  ],
}

/**
 * A cluster without hosts has a row as well, as it is what a 503 with UH comes from; but not one that never has any: Istio's
 * black hole, and clusters that send a request where it was going (ORIGINAL_DST).
 */
function hostRows(entry: Entry, hosts: readonly Host[]): HostRow[] {
  if (hosts.length > 0) return hosts.map((host) => ({ entry, host }))
  return [{ entry, host: undefined, unlisted: hasNoHosts(entry.name) }]
}

function hasNoHosts(cluster: string): boolean {
  return (
    /^(?:BlackHoleCluster|(?:Inbound)?PassthroughCluster(?:Ipv[46])?)$/.test(cluster) ||
    clusterName(cluster).direction === 'inbound'
  )
}

/** What is printed of the first address, without port and brackets; clusters without hosts come last. */
function addressKey(host: Host | undefined): string {
  const address = host?.addresses[0]
  if (address === undefined) return '\uffff'
  return address.kind === 'socket' ? address.host : addressText(address)
}

function addressCell(host: Host | undefined): string | undefined {
  return host && hostAddressText(host)
}

function sourcesOf(rows: readonly HostRow[]): ReadonlySet<JsonObject> {
  return new Set(rows.flatMap(({ host }) => (host === undefined ? [] : [host.source])))
}

function withHosts({ resource }: Entry, rows: readonly HostRow[], field: string): JsonObject {
  const hosts = objectsOf(resource[field])
  if (hosts.length === rows.length || rows.some(({ host }) => host === undefined)) return resource
  const shown = sourcesOf(rows)
  return { ...resource, [field]: hosts.filter((host) => shown.has(host)) }
}

function withEndpoints({ resource }: Entry, rows: readonly HostRow[]): JsonObject {
  if (rows.length === hostsOfAssignment(resource).length || rows.some(({ host }) => host === undefined)) return resource
  const shown = sourcesOf(rows)
  const groups = objectsOf(resource.endpoints).map((group) => ({
    ...group,
    lb_endpoints: objectsOf(group.lb_endpoints).filter((host) => shown.has(host)),
  }))
  return { ...resource, endpoints: groups.filter(({ lb_endpoints }) => lb_endpoints.length > 0) }
}
