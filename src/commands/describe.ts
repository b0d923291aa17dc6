import type { Concern } from '../analyses/describe/concern.ts'
import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import { exitCode, UsageError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import { clusters } from '../resources/clusters.ts'
import { listeners } from '../resources/listeners.ts'
import { dumpWithEndpoints } from './proxies/dump-with-endpoints.ts'
import { elsewhere } from './proxies/elsewhere.ts'
import { withPositionals } from './proxies/forwarded-args.ts'
import { requireSection } from './proxies/require-section.ts'

/** What in a proxy concerns a pod or a service; `istioctl experimental describe`. */
export const describe: Command = {
  name: 'describe',
  aliases: ['des'],
  summary: 'What concerns a pod or a service: listeners, policies, routes, clusters, and the objects behind them',
  description: `Shows what a proxy has loaded that concerns a pod or a service: listener chains, mutual TLS, authorization policies, routes and
clusters, each with the object of Istio or the Gateway API that it was made from; and what Envoy rejected or does not use yet, with its
reason.

A pod is described from its own proxy. A service is described from the proxy of one of its pods, of the pod that --from names, or of a
saved dump; gateways of the mesh that route to it are shown too, and where they are reached.`,
  synopsis: 'pod|service [NAME]',
  words: async () => [
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
  positionals: { most: 2 },
  async run(given, context) {
    const { kind, name } = subjectOf(given.positionals)
    const args = withPositionals(given, name === undefined ? [kind] : [kind, name])
    const pod = kind === 'pod'
    const saved = await elsewhere(args, context)
    if (name === undefined && !(pod && saved !== undefined)) throw new UsageError(`describe ${kind} needs a NAME`)
    const concerns =
      saved === undefined ? await fromCluster(args, context, name ?? '') : await fromDump(saved, args, context)
    const { concernsView } = await import('../analyses/describe/concerns-view.ts')
    await context.render(concernsView(concerns, `${pod ? 'pod' : 'service'} ${name ?? ''}`.trim()), args)
    return exitCode.ok

    async function fromCluster(all: Args, { io }: Context, wanted: string): Promise<readonly Concern[]> {
      const { describeLivePod, describeLiveService } = await import('./describe/describe-live.ts')
      return (pod ? describeLivePod : describeLiveService)(all, context, { name: wanted, signal: io.signal })
    }
  },
}

const kinds: ReadonlyMap<string, 'pod' | 'service'> = new Map([
  ['pod', 'pod'],
  ['pods', 'pod'],
  ['po', 'pod'],
  ['service', 'service'],
  ['services', 'service'],
  ['svc', 'service'],
])

/** `service reviews` or, as everywhere in kubectl, `service/reviews`. @throws UsageError for another kind */
function subjectOf(words: readonly string[]): { kind: 'pod' | 'service'; name: string | undefined } {
  const [first = '', second] = words
  const [, type = first, own = second] = /^([^/]+)\/(.+)$/.exec(first) ?? []
  const kind = kinds.get(type.toLowerCase())
  if (kind === undefined || (own !== second && second !== undefined))
    throw new UsageError('describe takes "pod NAME" or "service NAME"')
  return { kind, name: own }
}

/** A saved dump, or an admin endpoint: nothing is asked of a cluster. */
async function fromDump(source: Source, args: Args, context: Context): Promise<readonly Concern[]> {
  const [kind, name] = args.positionals
  const dump = await dumpWithEndpoints(source, context)
  requireSection(kind === 'service' ? clusters : listeners, dump, source.label)
  const { describeService } = await import('../analyses/describe/describe-service.ts')
  const { serviceName } = await import('../envoy/model/service-name.ts')
  if (kind === 'service') return describeService(dump, serviceName(name ?? '', args.string('namespace')))
  const { describePod } = await import('../analyses/describe/describe-pod.ts')
  const { concerns, services } = describePod(dump)
  const own = concerns.find(({ part }) => part === 'Pod')?.name ?? ''
  if (name !== undefined && own !== name && !own.startsWith(`${name}.`)) {
    context.note(`${source.label} is of ${own}, not of ${name}: that is what is shown.`)
  }
  const { distinctConcerns } = await import('../analyses/describe/distinct-concerns.ts')
  return distinctConcerns([...concerns, ...services.flatMap((service) => describeService(dump, service))])
}
