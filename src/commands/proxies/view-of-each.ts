import type { Context } from '../../contract/command.ts'
import { exitCode } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany, type Selection } from '../../mesh/selection.ts'
import type { View } from '../../view.ts'

/** Proxies, and what they were chosen by. */
export interface Selected {
  readonly selection: Selection
  readonly proxies: readonly MeshProxy[]
}

/**
 * The views of several proxies as one. A proxy that fails is named in a note; the exit code is then 1.
 * @throws the first error when every proxy fails
 */
export async function viewOfEach(
  { selection, proxies }: Selected,
  context: Context,
  show: (proxy: MeshProxy) => Promise<View>,
): Promise<{ view: View; code: number }> {
  const [only] = proxies
  if (only !== undefined && !isMany(selection, proxies.length)) return { view: await show(only), code: exitCode.ok }
  const [{ eachProxy }, { joinViews }] = await Promise.all([import('./each-proxy.ts'), import('./join-views.ts')])
  const { results, code } = await eachProxy(proxies, context, async (proxy) => ({
    proxy: proxy.id.name,
    view: await show(proxy),
  }))
  return { view: joinViews(results, true), code }
}
