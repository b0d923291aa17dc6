import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany } from '../../mesh/selection.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { sectionsView } from '../proxies/sections-view.ts'
import { kindsOf, wholeView } from '../resources/all-views.ts'

/** Every resource kind of one fetch: a table each, or the whole dump. */
export async function showAll(args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'all', many: true })
  const proxies = await context.open(selection)
  if (context.format.name === 'jsonl') return showLines(proxies, args, context)
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
  return failed && code === exitCode.ok ? exitCode.failed : code
}

/** Proxies that are done before an earlier one, of an answer that is printed as it comes. */
const heldBack = 4

/** Rows of one proxy after the other, kind by kind: of no proxy more is kept than is under way. */
async function showLines(proxies: readonly MeshProxy[], args: Args, context: Context): Promise<number> {
  const reading = new FleetReading(proxies, context)
  const read = (proxy: MeshProxy) => dumpWithEndpoints(proxy, context)
  let anyFailed = false
  for await (const { proxy, result: dump } of reading.successes(read, heldBack)) {
    const loaded = [{ label: proxy.label, proxy: proxy.id.name, dump }]
    const { tables, notes, failed } = kindsOf({ many: true, loaded }, args, context.io.now())
    anyFailed ||= failed
    if (!(await context.render(sectionsView(tables, notes), 'next'))) break
  }
  const code = await reading.conclude()
  return anyFailed && code === exitCode.ok ? exitCode.failed : code
}
