import type { Command } from '../contract/command.ts'
import { formatsBesides, outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** What changes in the configuration of proxies, as it happens. */
export const watch: Command = {
  name: 'watch',
  aliases: [],
  summary: 'What changes in the configuration of proxies, as it happens',
  description: `Prints a line for each change of configuration that a proxy loads: routes, weights, clusters, endpoints, listeners, certificates, with the
object of the control plane behind it; also updates that Envoy rejects, with the reason, what warms for over 15 seconds, connections to the
control plane that are lost, and pods that come and go.

Few statistics are read each --interval; the dump is read only when one of them moved. The time is UTC. Ends with Ctrl-C, after --for, or after
--events lines.`,
  synopsis: '[POD | TYPE/NAME...]',
  examples: [
    { title: 'Does my change arrive?', command: 'kubectl proxy-config watch deploy/web -n shop' },
    { title: 'All gateways, for programs', command: 'kubectl proxy-config watch -A -l istio=ingressgateway -o jsonl' },
  ],
  options: [
    ...fleetTargetOptions.filter(({ name }) => name !== 'file' && name !== 'capture' && name !== 'contexts'),
    {
      name: 'interval',
      type: 'string',
      value: 'DURATION',
      default: '10s',
      describe: 'Time between two readings of the statistics',
    },
    { name: 'events', type: 'number', value: 'N', describe: 'End after this many lines' },
    { name: 'for', type: 'string', value: 'DURATION', describe: 'End after this time; never when not given' },
    ...outputOptions,
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  withoutFormats: formatsBesides('table', 'jsonl', 'name'),
  async load() {
    return (await import('./watch/show-changes.ts')).showChanges
  },
}
