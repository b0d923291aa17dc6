import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { ztunnelOptions } from './ztunnel/ztunnel-options.ts'
import { ztunnelWords } from './ztunnel/ztunnel-words.ts'

/** What an ambient mesh's node proxy has loaded; `istioctl ztunnel-config`. */
export const ztunnel: Command = {
  name: 'ztunnel',
  aliases: ['zc', 'ztunnel-config'],
  summary: 'What a ztunnel (the node proxy of an ambient mesh) has loaded',
  description: `Shows what a ztunnel, the node proxy of an Istio ambient mesh, has loaded.

Kinds:
${ztunnelWords.map(({ name, title }) => `  ${name.padEnd(12)}   ${title}`).join('\n')}

The target is a ztunnel pod, or a workload pod, which stands for the ztunnel on its node and for the workload itself. Without
one, any ztunnel of the mesh is read; certificates and connections differ from node to node and need one.`,
  synopsis: 'KIND [POD | TYPE/NAME]',
  firstArguments: async () =>
    ztunnelWords.map(({ name, aliases, title }) => ({ text: name, aliases, describe: title, next: 'target' })),
  examples: [
    { title: 'Workloads that the mesh knows', command: 'kubectl proxy-config ztunnel workloads' },
    {
      title: 'Connections of one pod, as the ztunnel on its node sees them',
      command: 'kubectl proxy-config ztunnel connections productpage-v1-abc -n bookinfo',
    },
    { title: 'Certificates on a node', command: 'kubectl proxy-config ztunnel certificates --node worker-1' },
    { title: 'Services, from a saved dump', command: 'kubectl proxy-config ztunnel services --file dump.json' },
    { title: 'More logs from every ztunnel', command: 'kubectl proxy-config ztunnel log --level access:debug,info' },
  ],
  options: [...ztunnelOptions, ...outputOptions],
  positionals: { max: 2 },
  async load() {
    return (await import('./ztunnel/show-ztunnel.ts')).showZtunnel
  },
}
