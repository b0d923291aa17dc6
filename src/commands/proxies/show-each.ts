import type { Args, Context } from '../../contract/command.ts'
import { exitCode } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany, type Selection } from '../../mesh/selection.ts'
import type { View } from '../../view.ts'

/** Proxies, and what they were chosen by. */
interface Selected {
  readonly selection: Selection
  readonly proxies: readonly MeshProxy[]
}

/**
 * Prints what each proxy has to show, of many with the proxy in front of each row. Proxies that fail are reported on stderr.
 * @param inThreads whether rows can be made in other threads: `show` then only reads pages, and what is shown are rows alone
 * @returns the exit code: 1 when one fails, 130 after Ctrl-C
 * @throws the first error when every proxy fails
 */
export async function showEach(
  { selection, proxies }: Selected,
  args: Args,
  context: Context,
  show: (proxy: MeshProxy) => Promise<View>,
  inThreads = false,
): Promise<number> {
  const [only] = proxies
  const { name } = context.format
  const odd = args.boolean('odd') === true
  const fold = odd || args.boolean('group') === true
  // What programs read always says whose it is.
  const named = name === 'jsonl' || name === 'csv' || name === 'parquet'
  if (only !== undefined && !isMany(selection, proxies.length) && !fold && !named) {
    await context.render(await show(only))
    return exitCode.ok
  }
  const { showMany } = await import('./fleet/show-many.ts')
  return showMany(proxies, context, show, { fold, odd, sorted: args.string('sort-by') !== undefined, inThreads })
}
