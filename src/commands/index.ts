import type { Command, Example } from '../cli/command.ts'
import { summaries } from '../summaries/index.ts'
import { log } from './log.ts'
import { options } from './options.ts'
import { show } from './show.ts'

/** Examples of each resource kind's subcommand. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  clusters: [
    {
      title: 'Clusters that a pod can send traffic to',
      command: 'kubectl proxy-config clusters productpage-v1-abc -n default',
    },
    {
      title: 'Clusters of one service and port, from a deployment',
      command: 'kubectl proxy-config clusters deploy/productpage --fqdn reviews --port 9080',
    },
    {
      title: 'The full resources from a saved dump',
      command: 'kubectl proxy-config clusters --file dump.json -o json',
    },
  ],
  listeners: [
    {
      title: 'Listeners of a pod, a row for each filter chain',
      command: 'kubectl proxy-config listeners productpage-v1-abc',
    },
    {
      title: 'What takes connections to port 9080',
      command: 'kubectl proxy-config listeners productpage-v1-abc --port 9080',
    },
    { title: 'One line per listener', command: 'kubectl proxy-config listeners --file dump.json --verbose=false' },
  ],
  routes: [
    {
      title: 'Routes of a pod, in the order Envoy tries them',
      command: 'kubectl proxy-config routes productpage-v1-abc',
    },
    {
      title: 'What happens to requests for reviews on port 9080',
      command: 'kubectl proxy-config routes productpage-v1-abc --name 9080 --domain reviews',
    },
    { title: 'The same as JSON', command: 'kubectl proxy-config routes --file dump.json --name 9080 -o json' },
  ],
  endpoints: [
    { title: 'Upstream hosts and their health', command: 'kubectl proxy-config endpoints productpage-v1-abc' },
    {
      title: 'Hosts of one cluster that are not healthy',
      command:
        "kubectl proxy-config endpoints productpage-v1-abc --cluster 'outbound|9080||reviews.default.svc.cluster.local' --status unhealthy",
    },
    { title: 'From a saved /clusters?format=json', command: 'kubectl proxy-config endpoints --file clusters.json' },
  ],
  eds: [
    { title: 'Endpoints as the control plane sent them', command: 'kubectl proxy-config eds productpage-v1-abc' },
    {
      title: 'From a dump made with config_dump?include_eds',
      command: 'kubectl proxy-config eds --file dump.json --port 9080',
    },
  ],
  bootstrap: [
    { title: 'What Envoy was started with', command: 'kubectl proxy-config bootstrap productpage-v1-abc' },
    { title: 'Versions, node and xDS source', command: 'kubectl proxy-config bootstrap --file dump.json -o table' },
  ],
}

/** THE list of subcommands, in the order help shows them. */
export const commands: readonly Command[] = [
  ...summaries.map((summary) => show(summary, examples[summary.name] ?? [])),
  log,
  options,
]
