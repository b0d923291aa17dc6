import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany } from '../../mesh/selection.ts'
import { dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { FleetReading, usualMaxAhead } from '../proxies/fleet/fleet-reading.ts'
import { sectionsView } from '../proxies/sections-view.ts'
import { type AskedOfKinds, kindsOf, type ProxyKinds, proxyKinds, wholeView } from '../resources/all-views.ts'
import { withExpressions } from '../resources/prepared-kind.ts'
import { shownKinds } from '../resources/shown-kinds.ts'
import { dividedKinds } from './divided-kinds.ts'
import { kindsCodec } from './kinds-codec.ts'

/** Every resource kind of one fetch: a table each, or the whole dump. */
export async function showAll(args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'all', many: true })
  const proxies = await context.open(selection)
  const many = isMany(selection, proxies.length)
  const kinds = await Promise.all(shownKinds.map((kind) => withExpressions(kind, args)))
  const asked: AskedOfKinds = { kinds, args, now: context.io.now() }
  const loaded = async (proxy: MeshProxy) => {
    return { label: proxy.label, proxy: proxy.id.name, dump: await dumpWithEndpoints(proxy, context) }
  }
  if (context.format.shows === 'document') {
    const { results, code } = await eachProxy(proxies, context, loaded)
    await context.render(wholeView(results, many, asked))
    return code
  }
  const rows = async (proxy: MeshProxy) => proxyKinds(await loaded(proxy), asked)
  if (context.format.name === 'jsonl') return showLines(new FleetReading(proxies, context), rows, asked, context)
  const [only] = proxies
  const divided = only === undefined || many ? undefined : await dividedKinds(only, asked, context)
  if (divided !== undefined) return showTables([divided], false, asked, context)
  const { results, code } = await eachProxy(proxies, context, rows, kindsCodec)
  return (await showTables(results, many, asked, context)) || code
}

async function showTables(
  proxies: readonly ProxyKinds[],
  many: boolean,
  asked: AskedOfKinds,
  context: Context,
): Promise<number> {
  const { tables, notes, failed } = kindsOf(proxies, many, asked)
  await context.render(sectionsView(tables, notes))
  return failed ? exitCode.failed : exitCode.ok
}

/** Rows of one proxy after the other, kind by kind: nothing of a proxy is kept. */
async function showLines(
  reading: FleetReading,
  rows: (proxy: MeshProxy) => Promise<ProxyKinds>,
  asked: AskedOfKinds,
  context: Context,
): Promise<number> {
  let anyFailed = false
  for await (const { result } of reading.successes(rows, { maxAhead: usualMaxAhead, codec: kindsCodec })) {
    const { tables, notes, failed } = kindsOf([result], true, asked)
    anyFailed ||= failed
    if (!(await context.render(sectionsView(tables, notes), 'next'))) break
  }
  const code = await reading.conclude()
  return anyFailed && code === exitCode.ok ? exitCode.failed : code
}
