import type { Args, Context } from '../../contract/command.ts'
import { offlineSelection } from '../../contract/named-sources.ts'
import { UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/**
 * The one proxy that `--file` or `--url` name, whatever words stand beside them; undefined when neither is given.
 * @throws UsageError when several are named
 */
export async function offlineProxy(args: Args, context: Context, command: string): Promise<MeshProxy | undefined> {
  const selection = offlineSelection(args, command)
  if (selection === undefined) return undefined
  const [proxy, second] = await context.open(selection)
  if (second !== undefined) throw new UsageError(`${command} reads one proxy: only one --file can be given`)
  return proxy
}
