import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { proxyOptions } from '../../contract/proxy-options.ts'
import { AppError, UsageError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import { elsewhere } from '../proxies/elsewhere.ts'

export interface ZtunnelSources {
  readonly sources: readonly [Source, ...Source[]]
  /** The pod that was named, when it is not a ztunnel itself. */
  readonly workload: { readonly name: string; readonly namespace: string } | undefined
}

/**
 * The ztunnels that the arguments name: a file, a URL, a ztunnel pod, the ztunnel of a workload's node or of `--node`, else all.
 * @throws UsageError when more than one target is named
 */
export async function ztunnelSources(args: Args, context: Context): Promise<ZtunnelSources> {
  const [, target] = args.positionals
  const node = args.string('node')
  const given = [target, node, args.string('file'), args.string('url')].filter((value) => value !== undefined)
  if (given.length > 1) throw new UsageError('only one of POD, --node, --file and --url can be given')
  const saved = await elsewhere(args, context)
  return saved === undefined ? live(args, context, target, node) : { sources: [saved], workload: undefined }
}

async function live(
  args: Args,
  context: Context,
  target: string | undefined,
  node: string | undefined,
): Promise<ZtunnelSources> {
  const [cluster, { findZtunnels }] = await Promise.all([
    context.cluster(args),
    import('../../mesh/proxies/ztunnel-pods.ts'),
  ])
  const own = istioNamespace(args)
  const place = target === undefined ? (args.string('namespace') ?? own) : own
  const { pods, workload } = await findZtunnels(cluster, { target, node, namespace: place, signal: context.io.signal })
  const options = proxyOptions(args)
  const [first, ...others] = pods
  return {
    sources: [cluster.source(first, options), ...others.map((pod) => cluster.source(pod, options))],
    workload,
  }
}

/** @throws AppError when what is asked for differs from ztunnel to ztunnel and none was named */
export function onlySource({ sources }: ZtunnelSources): Source {
  const [first, ...others] = sources
  if (others.length === 0) return first
  throw new AppError('ztunnel pod name or --node must be set', {
    hint: `This differs from node to node. The ztunnels: ${sources.map(({ label }) => label.replace(/^pod /, '')).join(', ')}`,
  })
}
