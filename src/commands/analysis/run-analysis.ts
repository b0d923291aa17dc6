import type { Analysis, Examined, LoadedProxy, Needs, ProxyDocument } from '../../contract/analysis.ts'
import type { Context, Run } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany } from '../../mesh/selection.ts'
import type { Document, View } from '../../view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { readBeside } from '../proxies/read-beside.ts'
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
    const { results, failures, code } = await eachProxy(proxies, context, async (proxy) => ({
      proxy,
      facts: analysis.facts(await loaded(proxy, needs, context), options),
    }))
    const many = isMany(selection, proxies.length)
    const examined = proxies.flatMap((proxy): Examined<F>[] => {
      const name = proxy.id.name
      const read = results.find((result) => result.proxy === proxy)
      if (read !== undefined) return [{ name, facts: read.facts }]
      const failure = failures.find((failed) => failed.proxy === proxy)
      return failure === undefined ? [] : [{ name, fault: failure.error.message }]
    })
    const notes = results.flatMap(({ proxy, facts }) =>
      (analysis.notes?.(facts) ?? []).map((note) => (many ? `${proxy.id.name}: ${note}` : note)),
    )
    const answer = analysis.reduce(examined, options)
    await context.render(viewOf(analysis, answer, { many, notes, empty: analysis.empty(options) }))
    return analysis.fails?.(answer, options) ? exitCode.failed : code
  }
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
      : readBeside(proxy, needs.auxiliaryPage, { ...context, note: (line) => void late.push(line) }),
  ])
  late.forEach(context.note)
  const { label } = proxy
  if (needs.whole) requireSection(needs.about, dump, label)
  return { name: proxy.id.name, label, dump, auxiliaryPage }
}

/** The answer as rows, with the proxy in front of each where there are many and the rows do not name them; as documents the same. */
function viewOf<O, F, R>(
  { report, columns, rows, documents }: Analysis<O, F, R>,
  answer: R,
  { many, ...said }: { readonly many: boolean; readonly notes: readonly string[]; readonly empty: string },
): View {
  const own = columns?.(answer) ?? report.columns[0] ?? []
  const named = many && own.every(({ key }) => key !== 'proxy')
  const shown = named ? [{ header: 'PROXY', key: 'proxy' }, ...own] : own
  const lines = rows(answer).map(({ proxy, ...row }) =>
    named && proxy !== undefined ? { ...row, proxy, cells: [proxy, ...row.cells] } : row,
  )
  const document = () => ({
    value: lines.map(({ cells }) => Object.fromEntries(shown.map(({ key }, at) => [key, cells[at] ?? null]))),
  })
  const view = { kind: report.kind, columns: shown, rows: lines, document, raw: document, ...said }
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
