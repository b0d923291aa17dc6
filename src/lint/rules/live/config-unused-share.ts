import { numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { humanDuration } from '../../../envoy/text/human-duration.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Of fewer nobody notices anything. */
const leastClusters = 500
const leastShare = 0.9
/** What was not used so long after the start is seldom used. */
const leastUptime = 3_600_000

/** Most of what the control plane sent has never been used. */
export const configUnusedShare: Rule = {
  id: 'config-unused-share',
  profile: 'live',
  severity: 'info',
  title: 'Most clusters have had no connection since the proxy started',
  detects: `${leastClusters} or more clusters of the control plane of which \`/clusters\` counts no connection and no request to any endpoint, ${leastShare * 100} % of all, in a proxy that has run for an hour.`,
  impact:
    'Memory of every proxy, and work for it and the control plane at each change of a service that it never calls: pushes take longer for all.',
  exceptions:
    'Endpoints count since they were added: a cluster whose endpoints were all replaced looks unused. Proxies without `/server_info`, which has how long they run.',
  fix: 'Let the control plane send to a workload what it calls, and no more.',
  sources: [
    'https://github.com/istio/istio/issues/9367',
    'https://istio.io/latest/docs/ops/best-practices/traffic-management/',
  ],
  needs: ['clusters', 'clusterStatuses'],
  check: {
    *proxy({ dump, statuses, serverInfo }) {
      const uptime = durationOf(objectOf(serverInfo).uptime_current_epoch)
      if (uptime < leastUptime) return
      const sent = (statuses ?? []).filter(({ added_via_api }) => added_via_api === true)
      const unused = new Set(sent.filter(isUnused).map(({ name }) => stringOf(name) ?? ''))
      if (unused.size < leastClusters || unused.size < sent.length * leastShare) return
      let bytes = 0
      for (const { name, resource } of dump.entries('clusters'))
        if (unused.has(name)) bytes += JSON.stringify(resource).length
      yield {
        message: `${unused.size} of ${sent.length} clusters have had no connection in ${humanDuration(uptime)}: ${Math.round(bytes / 1000)} kB of configuration`,
        cause: 'unused clusters',
        at: { resource: 'clusters', reach: 'unknown' },
      }
    },
  },
}

function isUnused({ host_statuses }: Readonly<Record<string, unknown>>): boolean {
  return objectsOf(host_statuses).every(({ stats }) =>
    objectsOf(stats).every(
      ({ name, value }) => (name !== 'cx_total' && name !== 'rq_total') || (numberOf(value) ?? 0) === 0,
    ),
  )
}
