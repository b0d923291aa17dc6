import type { Analysis, Examined, LoadedProxy, Needs, ProxyDocument } from '../../contract/analysis.ts'
import type { Context, Run } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany } from '../../mesh/selection.ts'
import type { Document, View } from '../../view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { FleetReading, usualMaxAhead } from '../proxies/fleet/fleet-reading.ts'
import { plainResult } from '../proxies/fleet/plain-result.ts'
import { readAuxiliaryPage } from '../proxies/read-auxiliary-page.ts'
import { readText } from '../proxies/read-text.ts'
import { requireSection } from '../proxies/require-section.ts'

interface Naming {
  /** Names the command in errors. */
  readonly command: string
  readonly orScope: boolean
}

/** Asks an analysis of the proxies that the arguments name. @returns exit code 1 when one could not be read, or the answer fails */
export function runAnalysis<O, F, R>(analysis: Analysis<O, F, R>, { command, orScope }: Naming): Run {
  return async (args, context) => {
    const { needs } = analysis
    const options = analysis.options(args, { now: context.io.now(), text: readText })
    const selection = selectionOf(args, { command, every: true, many: true, orScope })
    const proxies = await context.open(selection, { about: pathOf(needs) })
    if (needs.proxies !== undefined && proxies.length < needs.proxies)
      throw new UsageError(`${command} needs two proxies or more`)
    const many = isMany(selection, proxies.length)
    const asked: Asked<O, F, R> = { analysis, options, proxies, many, context }
    const streams = analysis.apart && isForPrograms(context) && args.string('sort-by') === undefined
    return streams ? eachApart(asked) : allTogether(asked)
  }
}

interface Asked<O, F, R> {
  readonly analysis: Analysis<O, F, R>
  readonly options: O
  readonly proxies: readonly MeshProxy[]
  readonly many: boolean
  readonly context: Context
}

/** The answer when every proxy was read. */
async function allTogether<O, F, R>({ analysis, options, proxies, many, context }: Asked<O, F, R>): Promise<number> {
  const reading = new FleetReading(proxies, context)
  const examined = new Map<MeshProxy, Examined<F>>()
  const notes: string[] = []
  const task = async (proxy: MeshProxy) => analysis.facts(await loaded(proxy, analysis.needs, context), options)
  for await (const { proxy, result: facts } of reading.successes(task, { codec: plainResult<F>() })) {
    examined.set(proxy, { name: proxy.id.name, facts })
    for (const note of notesOf(analysis, proxy, facts, many)) notes.push(note)
  }
  const code = await reading.conclude()
  for (const { proxy, error } of reading.failures) examined.set(proxy, { name: proxy.id.name, fault: error.message })
  const inOrder = proxies.flatMap((proxy) => examined.get(proxy) ?? [])
  const answer = analysis.reduce(inOrder, options)
  const isNamed = many || isForPrograms(context)
  await context.render(viewOf(analysis, answer, { many, isNamed, notes, empty: analysis.empty(options) }))
  return code === exitCode.ok && analysis.fails?.(answer, options) ? exitCode.failed : code
}

/** The answer of each proxy as it comes: nothing of a proxy is kept. */
async function eachApart<O, F, R>({ analysis, options, proxies, many, context }: Asked<O, F, R>): Promise<number> {
  const reading = new FleetReading(proxies, context)
  const task = async (proxy: MeshProxy) => analysis.facts(await loaded(proxy, analysis.needs, context), options)
  let [parts, rows, fails] = [0, 0, false]
  for await (const { proxy, result: facts } of reading.successes(task, {
    maxAhead: usualMaxAhead,
    codec: plainResult<F>(),
  })) {
    const answer = analysis.reduce([{ name: proxy.id.name, facts }], options)
    fails ||= analysis.fails?.(answer, options) === true
    const notes = notesOf(analysis, proxy, facts, many)
    const view = viewOf(analysis, answer, { many, isNamed: true, notes, empty: '' })
    parts += 1
    rows += view.rows.length
    if (!(await context.render(view, parts === 1 ? 'first' : 'next'))) break
  }
  const empty = analysis.empty(options)
  if (rows === 0 && parts > 0 && empty !== '') context.note(empty)
  const code = await reading.conclude()
  return code === exitCode.ok && fails ? exitCode.failed : code
}

/** What is said beside the rows of a proxy, of many with its name. */
function notesOf<O, F, R>(
  { notes }: Analysis<O, F, R>,
  { id: { name } }: MeshProxy,
  facts: F,
  many: boolean,
): readonly string[] {
  return (notes?.(facts) ?? []).map((note) => (many ? `${name}: ${note}` : note))
}

/** What programs read always says whose a row is. */
function isForPrograms({ format: { name } }: Context): boolean {
  return name === 'jsonl' || name === 'csv'
}

function pathOf({ about, sections }: Needs): string {
  return sections === 'all' ? 'config_dump' : about.path
}

/** What the analysis needs of a proxy. Of one that cannot be read at all, only that is said. */
async function loaded(proxy: MeshProxy, needs: Needs, context: Context): Promise<LoadedProxy> {
  const late: string[] = []
  const [dump, auxiliaryPage] = await Promise.all([
    dumpOf(proxy, pathOf(needs), context, needs.sections === 'all' ? undefined : [needs.about.entries]),
    needs.auxiliaryPage === undefined
      ? undefined
      : readAuxiliaryPage(proxy, needs.auxiliaryPage, { ...context, note: (line) => void late.push(line) }),
  ])
  late.forEach(context.note)
  const { label } = proxy
  if (needs.whole) requireSection(needs.about, dump, label)
  return { name: proxy.id.name, label, dump, auxiliaryPage }
}

/** The answer as rows, with the proxy in front of each where there are many and the rows do not name them; as documents always with it. */
function viewOf<O, F, R>(
  { schema, columns, rows, documents }: Analysis<O, F, R>,
  answer: R,
  {
    many,
    isNamed,
    ...said
  }: { readonly many: boolean; readonly isNamed: boolean; readonly notes: readonly string[]; readonly empty: string },
): View {
  const own = columns?.(answer) ?? schema.columns[0] ?? []
  const ofProxy = rows(answer)
  const bare = { columns: own, rows: ofProxy.map(({ proxy: _, ...row }) => row) }
  const withProxy = {
    columns: [{ header: 'PROXY', key: 'proxy' }, ...own],
    rows: ofProxy.map((row) => ({ ...row, cells: [row.proxy, ...row.cells] })),
  }
  const named = own.some(({ key }) => key === 'proxy') ? bare : withProxy
  // Of one proxy only the table leaves out whose rows they are.
  const document = () => ({
    value: named.rows.map(({ cells }) =>
      Object.fromEntries(named.columns.map(({ key }, at) => [key, cells[at] ?? null])),
    ),
  })
  const view = { kind: schema.kind, ...(isNamed ? named : bare), document, raw: document, ...said }
  return documents === undefined ? view : { ...view, ...documentsOf(documents(answer), many) }
}

/** The documents of the proxies, of many under their names. */
function documentsOf(
  each: readonly ProxyDocument[],
  many: boolean,
): Pick<View, 'document' | 'raw'> & Partial<Pick<View, 'rowItems'>> {
  const joined = (of: (one: ProxyDocument) => Document): Document => {
    const [first] = each
    if (first !== undefined && !many) return of(first)
    // Two proxies of one name, in two clusters: the last one counts, as in any object.
    const byName = new Map(each.map((one) => [one.proxy, of(one)]))
    return { fields: [...byName], ofProxies: true }
  }
  return {
    document: () => joined(({ document }) => document),
    raw: () => joined(({ raw }) => raw),
    ...(each.every(({ items }) => items !== undefined)
      ? { rowItems: async () => each.flatMap(({ items }) => items ?? []) }
      : {}),
  }
}
