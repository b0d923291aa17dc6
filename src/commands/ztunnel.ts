import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { AppError, exitCode, UsageError } from '../errors.ts'
import { ztunnelKinds } from '../ztunnel/index.ts'
import type { ZtunnelKind } from '../ztunnel/kind.ts'
import { ztunnelDump, ztunnelFilters } from './ztunnel/ztunnel-dump.ts'
import { requireFlagsOf, ztunnelOptions } from './ztunnel/ztunnel-options.ts'
import { onlySource, ztunnelSources } from './ztunnel/ztunnel-sources.ts'

/** What can follow `ztunnel`. */
const kinds: readonly Pick<ZtunnelKind, 'name' | 'title' | 'aliases'>[] = [
  ...ztunnelKinds,
  { name: 'all', aliases: [], title: 'All of these' },
  { name: 'log', aliases: ['o'], title: 'Levels of the loggers; --level and --reset change them' },
]

/** What an ambient mesh's node proxy has loaded; `istioctl ztunnel-config`. */
export const ztunnel: Command = {
  name: 'ztunnel',
  aliases: ['zc', 'ztunnel-config'],
  summary: 'What a ztunnel (the node proxy of an ambient mesh) has loaded',
  description: `Shows what a ztunnel, the node proxy of an Istio ambient mesh, has loaded.

Kinds:
${kinds.map(({ name, title }) => `  ${name.padEnd(12)}   ${title}`).join('\n')}

The target is a ztunnel pod, or a workload pod, which stands for the ztunnel on its node and for the workload itself. Without
one, any ztunnel of the mesh is read; certificates and connections differ from node to node and need one.`,
  synopsis: 'KIND [POD | TYPE/NAME]',
  words: async () =>
    kinds.map(({ name, aliases, title }) => ({ text: name, aliases, describe: title, next: 'target' })),
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
  positionals: { most: 2 },
  async run(args, context) {
    const [wanted] = args.positionals
    const known = kinds.find(({ name, aliases }) => name === wanted || aliases.includes(wanted ?? ''))
    if (known !== undefined) requireFlagsOf(known.name, args)
    if (known?.name === 'log') {
      const { ztunnelLog } = await import('./ztunnel/ztunnel-log.ts')
      return ztunnelLog(args, context)
    }
    if (known?.name === 'all') {
      const { ztunnelAll } = await import('./ztunnel/ztunnel-all.ts')
      return ztunnelAll(args, context)
    }
    const kind = ztunnelKinds.find(({ name }) => name === known?.name)
    if (kind === undefined) {
      const names = kinds.map(({ name }) => name).join(', ')
      throw new UsageError(
        wanted === undefined ? `ztunnel needs a KIND: ${names}` : `unknown kind ${JSON.stringify(wanted)}: ${names}`,
      )
    }
    const found = await ztunnelSources(args, context)
    const source = kind.ofOneNode ? onlySource(found) : found.sources[0]
    const [{ kindView }, dump] = await Promise.all([import('../ztunnel/kind-view.ts'), ztunnelDump(source, context)])
    if (!dump.present.includes(kind.section)) {
      throw new AppError(`${source.label} has no ${kind.section} section; it holds: ${dump.present.join(', ')}`, {
        hint: 'Newer versions of ztunnel have it in their /config_dump.',
      })
    }
    const filters = ztunnelFilters(args, found.workload)
    await context.render(kindView(kind, { dump, filters, now: context.io.now(), label: source.label }), args)
    return exitCode.ok
  },
}
