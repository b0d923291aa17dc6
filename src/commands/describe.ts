import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/selection.ts'

/** The configuration of a proxy that is related to a pod or a service; `istioctl experimental describe`. */
export const describe: Command = {
  name: 'describe',
  aliases: ['des'],
  summary:
    'Configuration related to a pod or a service: listeners, policies, routes, clusters, and the objects behind them',
  description: `Shows the configuration of a proxy that is related to a pod or a service: listener chains, mutual TLS, authorization policies, routes and
clusters, each with the object of Istio or the Gateway API that it was made from; and what Envoy rejected or does not use yet, with its
reason.

A pod is described from its own proxy. A service is described from the proxy of one of its pods, of the pod that --from names, or of a
saved dump; gateways that route to it are shown too, and where they are reached, and those that do not are named. Where clusters do not
name Services (Envoy Gateway), they are found by the endpoints of the Service.`,
  synopsis: 'pod|service [NAME]',
  firstArguments: async () => [
    { text: 'pod', aliases: ['po'], describe: 'How traffic gets into it', next: 'target' },
    { text: 'service', aliases: ['svc'], describe: 'What leads to it', next: { objects: 'service' } },
  ],
  examples: [
    { title: 'How does traffic get into this pod?', command: 'kubectl proxy-config describe pod reviews-v1-abc' },
    {
      title: 'What does productpage know of the reviews service?',
      command: 'kubectl proxy-config describe service reviews --from deploy/productpage-v1',
    },
    {
      title: 'A service in a saved dump',
      command: 'kubectl proxy-config describe service reviews.default --file dump.json',
    },
  ],
  options: [
    ...targetOptions.filter(({ name }) => name !== 'selector'),
    {
      name: 'from',
      type: 'string',
      value: 'POD',
      holds: 'target',
      describe: 'service: read the proxy of this POD or TYPE/NAME',
    },
    { name: 'gateways', type: 'boolean', default: true, describe: 'Also read the gateways of the mesh' },
    {
      name: 'ignoreUnmeshed',
      type: 'boolean',
      describe: "istioctl's: leaves out warnings that are not given here",
      hidden: true,
    },
    ...outputOptions,
  ],
  positionals: { max: 2 },
  async load() {
    return (await import('./describe/show-description.ts')).showDescription
  },
}
