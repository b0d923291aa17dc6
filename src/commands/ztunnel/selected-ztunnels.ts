import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { isOffline, proxyOptions } from '../../contract/selection.ts'
import { AppError, UsageError } from '../../errors.ts'
import { findZtunnels } from '../../mesh/proxies/ztunnel-pods.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { offlineProxy } from '../proxies/offline-proxy.ts'

export interface Ztunnels {
  readonly proxies: readonly [MeshProxy, ...MeshProxy[]]
  /** The pod that was named, when it is not a ztunnel itself. */
  readonly workload: { readonly name: string; readonly namespace: string } | undefined
}

/**
 * The ztunnels that the arguments name: a file, a URL, a ztunnel pod, the ztunnel of a workload's node or of `--node`, else all.
 * @throws UsageError when more than one target is named
 */
export async function ztunnelsOf(args: Args, context: Context): Promise<Ztunnels> {
  const [, target] = args.positionals
  const node = args.string('node')
  const given = [target !== undefined, node !== undefined, isOffline(args)].filter(Boolean)
  if (given.length > 1) throw new UsageError('only one of POD, --node, --file and --url can be given')
  const offline = await offlineProxy(args, context, 'ztunnel')
  return offline === undefined ? live(args, context, target, node) : { proxies: [offline], workload: undefined }
}

async function live(
  args: Args,
  context: Context,
  target: string | undefined,
  node: string | undefined,
): Promise<Ztunnels> {
  const cluster = await context.cluster()
  const own = istioNamespace(args)
  const place = target === undefined ? (args.string('namespace') ?? own) : own
  const { pods, workload } = await findZtunnels(cluster, { target, node, namespace: place, signal: context.io.signal })
  const options = proxyOptions(args)
  const [first, ...others] = pods
  return {
    proxies: [cluster.proxy(first, options), ...others.map((pod) => cluster.proxy(pod, options))],
    workload,
  }
}

/** @throws AppError when what is asked for differs from ztunnel to ztunnel and none was named */
export function onlyProxy({ proxies }: Ztunnels): MeshProxy {
  const [first, ...others] = proxies
  if (others.length === 0) return first
  throw new AppError('ztunnel pod name or --node must be set', {
    hint: `This differs from node to node. The ztunnels: ${proxies.map(({ label }) => label.replace(/^pod /, '')).join(', ')}`,
  })
}
