import type { Command } from '../contract/command.ts'
import { foldOptions } from '../contract/fold-options.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'
import { prometheusFormats } from './stats/prometheus-formats.ts'

/** Statistics of a proxy, as `istioctl experimental envoy-stats`. */
export const stats: Command = {
  name: 'stats',
  aliases: ['envoy-stats', 'es'],
  summary: 'Statistics of the proxy, or of its upstream hosts',
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'Everything that Envoy counts', command: 'kubectl proxy-config stats productpage-v1-abc' },
    {
      title: 'What Envoy says of its xDS connection',
      command:
        "kubectl proxy-config stats productpage-v1-abc --filter '^(cluster_manager|listener_manager|control_plane)'",
    },
    {
      title: 'Connections and requests of each host of a service',
      command: 'kubectl proxy-config stats deploy/productpage-v1 --type clusters --filter reviews',
    },
    { title: 'For Prometheus', command: 'kubectl proxy-config stats productpage-v1-abc -o prom' },
    {
      title: "What Prometheus gets of a pod of Istio: Envoy's metrics with the agent's and the application's",
      command: 'kubectl proxy-config stats productpage-v1-abc -o prom-merged',
    },
  ],
  options: [
    ...fleetTargetOptions,
    {
      name: 'type',
      short: 't',
      type: 'string',
      choices: ['server', 'clusters'],
      default: 'server',
      describe: 'server: what Envoy counts; clusters: connections and requests of each upstream host',
    },
    {
      name: 'filter',
      type: 'string',
      value: 'REGEX',
      describe:
        'Show statistics (or clusters) whose name this RE2 expression finds something in; Envoy does the filtering',
    },
    { name: 'used-only', type: 'boolean', describe: 'Leave out what was never written since the proxy started' },
    ...foldOptions,
    ...outputOptions,
  ],
  formats: prometheusFormats,
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./stats/show-stats.ts')).showStats
  },
}
