import type { Args, Context } from '../../contract/command.ts'
import { proxyName, type Source } from '../../mesh/source.ts'
import type { View } from '../../view.ts'
import { eachProxy } from './each-proxy.ts'
import { areMany, joinViews } from './join-views.ts'

/**
 * The views of several proxies as one. A proxy that fails is named in a note; the exit code is then 1.
 * @throws the first error when every proxy fails
 */
export async function viewOfEach(
  sources: readonly Source[],
  { args, context }: { readonly args: Args; readonly context: Context },
  show: (source: Source) => Promise<View>,
): Promise<{ view: View; code: number }> {
  const { results, code } = await eachProxy(sources, context, async (source) => ({
    proxy: proxyName(source),
    view: await show(source),
  }))
  return { view: joinViews(results, areMany(sources, args)), code }
}
