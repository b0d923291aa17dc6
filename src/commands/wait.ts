import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** Waits until a condition holds for proxies, for pipelines. */
export const wait: Command = {
  name: 'wait',
  aliases: [],
  summary: 'Wait until proxies are in sync, route to a cluster, or have loaded an object',
  description: `Waits until a condition holds for every proxy that is named, and prints for each whether it does, and how that is known.

  synced                        the control plane has nothing that the proxy has not accepted
  live                          Envoy serves: /server_info says LIVE
  ready-endpoints=CLUSTER       the cluster has a healthy host
  route-to=CLUSTER:URL          a request goes to the cluster, whatever chance decides
  delivered=KIND/NAME[.NS]      the last change of this object is loaded: it was pushed after the change

Exits with 0 when it holds, 1 when it does not within --timeout, 2 when it could not be found out.`,
  synopsis: '[POD | TYPE/NAME...] --for CONDITION',
  examples: [
    {
      title: 'Is the new route everywhere?',
      command: 'kubectl proxy-config wait deploy/web --for delivered=VirtualService/reviews.shop',
    },
    {
      title: 'Before traffic is shifted',
      command:
        "kubectl proxy-config wait deploy/web --for 'ready-endpoints=outbound|9080|v2|reviews.shop.svc.cluster.local' --timeout 2m",
    },
    {
      title: 'A request goes to the new version',
      command: 'kubectl proxy-config wait -l app=web --for route-to=reviews-v2:http://reviews:9080/',
    },
  ],
  options: [
    ...fleetTargetOptions.filter(({ name }) => name !== 'contexts'),
    { name: 'for', type: 'string', once: true, value: 'CONDITION', describe: 'What is waited for' },
    {
      name: 'timeout',
      type: 'string',
      value: 'DURATION',
      default: '30s',
      describe: 'How long to wait; 0s looks once',
    },
    {
      name: 'interval',
      type: 'string',
      value: 'DURATION',
      default: '2s',
      describe: 'Time between two looks',
    },
    ...outputOptions,
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  failureCode: 2,
  async load() {
    return (await import('./wait/show-wait.ts')).showWait
  },
}
