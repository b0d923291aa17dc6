import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode } from '../../errors.ts'
import { isMany } from '../../mesh/selection.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { sectionsView } from '../proxies/sections-view.ts'
import { kindsOf, wholeView } from '../resources/all-views.ts'

/** Every resource kind of one fetch: a table each, or the whole dump. */
export async function showAll(args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'all', many: true })
  const proxies = await context.open(selection)
  const { results, code } = await eachProxy(proxies, context, async (proxy) => {
    return { label: proxy.label, proxy: proxy.id.name, dump: await dumpWithEndpoints(proxy, context) }
  })
  const loaded = { many: isMany(selection, proxies.length), loaded: results }
  if (context.format.shows === 'document') {
    await context.render(wholeView(loaded, args, context.io.now()))
    return code
  }
  const { tables, notes, failed } = kindsOf(loaded, args, context.io.now())
  await context.render(sectionsView(tables, notes))
  return failed ? exitCode.failed : code
}
