import type { Context } from '../../../contract/command.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { View } from '../../../view.ts'
import { EmptyAnswers } from './empty-answers.ts'
import { FleetReading, usualMaxAhead } from './fleet-reading.ts'
import { FoldedRows } from './folded-rows.ts'
import { joinViews } from './join-views.ts'
import { rowsCodec } from './rows-codec.ts'
import { withoutDocuments } from './without-documents.ts'

interface Showing {
  /** Equal rows once. */
  readonly fold: boolean
  /** And of those the ones that not all have. */
  readonly odd: boolean
  readonly sorted: boolean
  /** Rows can be made in other threads. */
  readonly inThreads: boolean
}

type Show = (proxy: MeshProxy) => Promise<View>

interface Asked {
  readonly reading: FleetReading
  readonly context: Context
  readonly show: Show
  readonly codec?: typeof rowsCodec | undefined
}

/** Prints the rows of many proxies: as they come where the format allows it, else at the end. @returns the exit code */
export async function showMany(
  proxies: readonly MeshProxy[],
  context: Context,
  show: Show,
  { fold, odd, sorted, inThreads }: Showing,
): Promise<number> {
  const reading = new FleetReading(proxies, context)
  const codec = inThreads ? rowsCodec : undefined
  const { name, shows } = context.format
  const rows: Show = async (proxy) => withoutDocuments(await show(proxy))
  if (fold) return folded({ reading, context, show: rows, codec }, odd)
  if ((name === 'jsonl' || name === 'csv') && !sorted) return streamed({ reading, context, show: rows, codec })
  const isRows = shows === 'rows' && !sorted
  return joined({ reading, context, ...(isRows ? { show: rows, codec } : { show }) })
}

/** One after the other, in the order of the proxies: nothing of a proxy is kept. */
async function streamed({ reading, context, show, codec }: Asked): Promise<number> {
  const empty = new EmptyAnswers()
  let rows = 0
  let parts = 0
  for await (const { proxy, result } of reading.successes(show, { maxAhead: usualMaxAhead, codec })) {
    const view = joinViews([{ proxy: proxy.id.name, view: result }])
    rows += view.rows.length
    parts += 1
    if (rows === 0) empty.add(view.empty)
    if (!(await context.render(view, parts === 1 ? 'first' : 'next'))) break
  }
  if (rows === 0 && parts > 0) context.note(empty.text())
  return reading.conclude()
}

async function joined({ reading, context, show, codec }: Asked): Promise<number> {
  const views: { proxy: string; view: View }[] = []
  const placed = context.format.name === 'parquet' ? (await import('./placed-view.ts')).placedView : undefined
  for await (const { proxy, result } of reading.successes(show, { codec })) {
    const view = placed === undefined ? result : await placed(result, proxy, context)
    views.push({ proxy: proxy.id.name, view })
  }
  const code = await reading.conclude()
  await context.render(joinViews(views))
  return code
}

async function folded({ reading, context, show, codec }: Asked, odd: boolean): Promise<number> {
  const rows = new FoldedRows(context.format.name === 'wide')
  for await (const { proxy, result } of reading.successes(show, { codec })) rows.add(proxy.id.name, result)
  const code = await reading.conclude()
  await context.render(rows.view(odd))
  return code
}
