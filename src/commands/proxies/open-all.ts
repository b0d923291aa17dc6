import type { Args, Context } from '../../contract/command.ts'
import { proxyOptions } from '../../contract/proxy-options.ts'
import { targetOf } from '../../contract/target-options.ts'
import type { SourcesOptions } from '../../mesh/proxies/sources.ts'
import type { Source } from '../../mesh/source.ts'

/**
 * The proxies that a command for many of them works on: of `TYPE/NAME` all running pods, where other commands take one, and
 * several targets at once.
 * @param portOf what is read of a pod instead of the admin interface of its proxy
 */
export async function openAll(
  args: Args,
  context: Context,
  { command, portOf }: { readonly command: string; readonly portOf?: SourcesOptions['portOf'] },
): Promise<readonly Source[]> {
  const target = targetOf(args, command)
  if ('file' in target || 'url' in target || ('selector' in target && portOf === undefined)) return context.open(args)
  const options = { ...proxyOptions(args), signal: context.io.signal, ...(portOf === undefined ? {} : { portOf }) }
  const cluster = await context.cluster(args)
  if ('selector' in target) {
    const { sourcesOf } = await import('../../mesh/proxies/sources.ts')
    return sourcesOf(cluster, target, options)
  }
  const { runningSources } = await import('../../mesh/proxies/running-sources.ts')
  return runningSources(cluster, args.positionals, options)
}
