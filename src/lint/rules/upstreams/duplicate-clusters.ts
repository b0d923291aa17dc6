import { type JsonObject, objectOf } from '../../../envoy/json.ts'
import type { SocketAddress } from '../../../semantics/request.ts'
import type { Linted } from '../../proxy/linted.ts'
import { objectBehind } from '../../proxy/object-behind.ts'
import type { Rule } from '../../rule.ts'

/** Several clusters are one under several names. */
export const duplicateClusters: Rule = {
  id: 'duplicate-clusters',
  profile: 'strict',
  severity: 'info',
  title: 'Several clusters are the same under several names',
  detects:
    'Clusters that routes or filters lead to, with the same endpoints, TLS and every other field but their names and metadata.',
  impact:
    'Each has connections, health checks, circuit breakers and statistics of its own: thresholds hold for each of them and not for the servers, which are checked and connected to several times.',
  exceptions:
    'Clusters that nothing leads to, without endpoints, or whose endpoints are not in the dump; those of the proxy itself (loopback).',
  fix: 'Let the routes name one of them, where the control plane allows it: one backend for several routes.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking'],
  needs: ['clusters', 'endpoints'],
  check: {
    *proxy(proxy) {
      // What differs in an endpoint need not be written out whole: a dump may hold a hundred megabytes of clusters.
      const alike = new Map<string, string[]>()
      for (const { name, cluster, reach } of proxy.clusters) {
        // What nothing leads to has no traffic that it could share.
        const hosts = reach === 'nothing' ? [] : serversOf(cluster, proxy)
        const [first] = hosts
        if (first !== undefined) add(alike, `${hosts.length} ${first}`, name)
      }
      for (const names of alike.values()) {
        if (names.length === 1) continue
        const same = new Map<string, string[]>()
        for (const name of names) add(same, sameness(proxy.cluster(name) ?? {}, proxy), name)
        for (const group of same.values()) {
          const [first, ...others] = group.toSorted()
          if (first === undefined || others.length === 0) continue
          const more = others.length > 1 ? `, and ${others.length - 1} more are` : ' is'
          yield {
            cause: 'duplicates',
            message: `cluster ${others[0]}${more} the same as this one`,
            at: {
              resource: `clusters/${first}`,
              object: objectBehind(proxy.cluster(first) ?? {}),
              reach: proxy.uses.reachOf(first),
            },
          }
        }
      }
    },
  },
}

function add(groups: Map<string, string[]>, key: string, name: string): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [name])
  else group.push(name)
}

/** The endpoints of a cluster, sorted; none where they are not known, or one is of the own pod. */
function serversOf(cluster: JsonObject, proxy: Linted): string[] {
  const hosts = proxy.hosts(cluster)?.hosts ?? []
  if (!hosts.every(({ socket }) => socket !== undefined && isElsewhere(socket))) return []
  return hosts.map(({ label, priority, weight, locality }) => [label, priority, weight, locality].join(' ')).toSorted()
}

/** What two clusters that are the same have in common: all but names and metadata. */
function sameness(cluster: JsonObject, proxy: Linted): string {
  const { name: _, alt_stat_name: __, metadata: ___, load_assignment, eds_cluster_config, ...rest } = cluster
  const { service_name: ____, ...discovery } = objectOf(eds_cluster_config)
  const { cluster_name: _____, endpoints: ______, ...policy } = objectOf(load_assignment)
  return JSON.stringify([sorted(rest), sorted(discovery), sorted(policy), serversOf(cluster, proxy)])
}

/** Dumps have fields in one order; files of people do not. */
function sorted(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether an endpoint is a server that is known, and none of the own pod. Dumps of test data have masked addresses, which are all equal. */
function isElsewhere({ address, port }: SocketAddress): boolean {
  return port !== 0 && /^[\w.:-]+$/.test(address) && !/^127\.|^::1$|_/.test(address)
}
