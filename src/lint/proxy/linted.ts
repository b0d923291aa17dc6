import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { type HostSet, hostsOf } from '../../semantics/clusters/hosts.ts'
import { type DumpIndex, indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { clusterUses, type Uses } from './cluster-uses.ts'
import { type ListenerSide, listenerPlaces } from './listener-side.ts'
import { objectBehind } from './object-behind.ts'
import type { ClusterPlace, Reach, TablePlace } from './places.ts'
import { tablePlaces } from './tables.ts'

/** What a rule may need to have been read; `endpoints` is any source of a cluster's hosts. */
export type Need =
  | 'listeners'
  | 'routes'
  | 'clusters'
  | 'endpoints'
  | 'secrets'
  | 'bootstrap'
  | 'clusterStatuses'
  | 'stats'
  | 'loggers'

/** A proxy as rules see it. What several of them ask is worked out once. */
export interface Linted extends ListenerSide {
  readonly name: string
  readonly dump: ConfigDump
  readonly index: DumpIndex
  readonly bootstrap: JsonObject
  /** When certificates are judged: now, or for a saved dump when it was saved; undefined where that is not known. */
  readonly moment: Date | undefined
  /** Parsed `/server_info`, where it was read. */
  readonly serverInfo: Json | undefined
  /** Each `envoy.admin.v3.ClusterStatus`; undefined where `/clusters` was not read. */
  readonly statuses: readonly JsonObject[] | undefined
  /** Counters and gauges by name; undefined where `/stats` was not read. */
  readonly stats: ReadonlyMap<string, number> | undefined
  /** The level of each logger by its name; undefined where `/logging` was not read. */
  readonly loggers: ReadonlyMap<string, string> | undefined
  /** Whether something that a rule needs was read. */
  knows(need: Need): boolean
  /** Whether a cluster of this name serves, warms or is static. Only of a dump that has clusters. */
  hasCluster(name: string): boolean
  /** The cluster of this name that serves. */
  cluster(name: string): JsonObject | undefined
  /** The hosts of a cluster; undefined where they are not in the dump. */
  hosts(cluster: JsonObject): HostSet | undefined
  readonly tables: readonly TablePlace[]
  readonly clusters: Iterable<ClusterPlace>
  readonly uses: Uses
  /** Whether a version of this resource serves. */
  isServing(entry: Entry): boolean
}

/** What is known beside the dump. */
export interface Beside {
  readonly name: string
  readonly moment: Date | undefined
  readonly serverInfo?: Json | undefined
  /** Each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters` that is not in the dump. */
  readonly statuses?: readonly JsonObject[] | undefined
  readonly stats?: ReadonlyMap<string, number> | undefined
  readonly loggers?: ReadonlyMap<string, string> | undefined
}

/** A proxy made ready for rules. */
export function lintedOf(
  dump: ConfigDump,
  { name, moment, serverInfo, statuses = statusesIn(dump), stats, loggers }: Beside,
): Linted {
  const beside = new Map<Need, unknown>([
    ['clusterStatuses', statuses],
    ['stats', stats],
    ['loggers', loggers],
  ])
  const index = indexOf(dump)
  const side = listenerPlaces(dump)
  const tables = tablePlaces(dump, side)
  const uses = clusterUses(side, tables)
  return {
    ...side,
    name,
    dump,
    index,
    bootstrap: index.bootstrap,
    moment,
    serverInfo,
    statuses,
    stats,
    loggers,
    knows: (need) => (beside.has(need) ? beside.get(need) !== undefined : knows(need, dump)),
    hasCluster: (cluster) => clusterNames(dump).has(cluster),
    cluster: (cluster) => index.serving('clusters', cluster)?.resource,
    hosts: (cluster) => hostsOf(cluster, index, statuses),
    tables,
    get clusters() {
      return clusterPlaces(dump, uses)
    },
    uses,
    isServing: ({ kind, name: own }) => index.serving(kind, own) !== undefined,
  }
}

function statusesIn(dump: ConfigDump): readonly JsonObject[] | undefined {
  return dump.has('clusterStatuses') ? dump.entries('clusterStatuses').map(({ resource }) => resource) : undefined
}

/** That a secret or a route configuration is not there is known of a whole dump, which has a bootstrap, and not of a part of one. */
function knows(need: Need, dump: ConfigDump): boolean {
  if (need === 'stats' || need === 'loggers') return false
  if (need === 'endpoints') return dump.has('endpoints') || dump.has('clusterStatuses')
  return dump.has(need) && (dump.has('bootstrap') || (need !== 'secrets' && need !== 'routes'))
}

const clusterNames = memoizeByObject(
  (dump: ConfigDump): ReadonlySet<string> =>
    new Set(
      dump
        .entries('clusters')
        .filter(({ state }) => state !== 'error')
        .map(({ name }) => name),
    ),
)

function* clusterPlaces(dump: ConfigDump, uses: Uses): Generator<ClusterPlace> {
  for (const entry of dump.entries('clusters')) {
    if (!serves(entry)) continue
    const { name, resource } = entry
    const reach = uses.reachOf(name)
    yield new ClusterAt(entry, resource, reach)
  }
}

/** The object behind it is worked out when something is found. */
class ClusterAt implements ClusterPlace {
  readonly entry: Entry
  readonly name: string
  readonly cluster: JsonObject
  readonly resource: string
  readonly path = ''
  readonly reach: Reach

  constructor(entry: Entry, cluster: JsonObject, reach: Reach) {
    this.entry = entry
    this.name = entry.name
    this.cluster = cluster
    this.resource = `clusters/${entry.name}`
    this.reach = reach
  }

  get object(): string {
    return objectBehind(this.cluster)
  }
}
