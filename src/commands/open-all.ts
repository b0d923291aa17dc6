import type { Args, Context } from '../cli/command.ts'
import { proxyOptions } from '../cli/proxy-options.ts'
import { targetOf } from '../cli/target-options.ts'
import type { Source } from '../fetch/source.ts'

/**
 * The proxies that a command for many of them works on: of `TYPE/NAME` all running pods, where other commands take one, and
 * several targets at once.
 */
export async function openAll(args: Args, context: Context, command: string): Promise<readonly Source[]> {
  const targets = args.positionals
  if (targets.length === 0 || !('pod' in targetOf(args, command))) return context.open(args)
  const cluster = await context.cluster(args)
  const { runningSources } = await import('../fetch/kube/running-sources.ts')
  return runningSources(cluster, targets, { ...proxyOptions(args), signal: context.io.signal })
}
