import type { ProxyAnalysis, ProxyPages } from '../contract/analysis.ts'
import { readDocument } from '../envoy/input/read-document.ts'
import type { Json } from '../envoy/json.ts'
import { AppError } from '../errors.ts'
import { requirePage } from './admin-page.ts'
import { clusterStatsView, hostColumns } from './cluster-stats.ts'
import { droppedStatistics } from './kept-statistics.ts'
import { type Stat, serverStatsView, statColumns, statsOfJson, statsOfText } from './server-stats.ts'
import { nameFilter, type StatsQuestion, statsQuery, statsQuestion } from './stats-query.ts'

interface Statistics {
  readonly found: readonly Stat[]
  readonly document: Json
  /** What is to be said of what was not found. */
  readonly notes: readonly string[]
}

/** What Envoy counts. */
export const serverStatistics: ProxyAnalysis<StatsQuestion, Statistics> = {
  options: statsQuestion,
  about: () => 'stats',
  facts: readStatistics,
  schema: { name: 'stats', title: 'A statistic', kind: 'stat', columns: [statColumns] },
  view: ({ found, document, notes }, label) => ({ ...serverStatsView(found, document, label), notes }),
}

/** Text, or JSON where it is printed as such or was saved so. */
async function readStatistics(pages: ProxyPages, question: StatsQuestion): Promise<Statistics> {
  const { label, live } = pages
  const bytes = await pages.bytes(`stats${statsQuery(question, question.asDocument ? { format: 'json' } : {})}`)
  const text = new TextDecoder().decode(bytes)
  const document = text.trimStart().startsWith('{') ? await readDocument(bytes, label) : undefined
  if (document !== undefined) requirePage(document, { path: '/stats', list: ['stats'] }, label)
  const all = document === undefined ? statsOfText(text) : statsOfJson(document)
  if (all.length === 0 && document === undefined && text.trim() !== '')
    throw new AppError(`${label} is not the output of /stats`)
  // What was saved was filtered by nobody yet.
  const isWanted = nameFilter(live ? undefined : question.filter)
  const found = all.filter(({ name }) => isWanted(name))
  return {
    found,
    document: !live || document === undefined ? { stats: found.map((stat) => ({ ...stat })) } : document,
    notes: found.length === 0 && live ? await whyNone(pages) : [],
  }
}

/** What is not found may be dropped. That helps and is not needed: what stands in its way is nobody's concern. */
async function whyNone(pages: ProxyPages): Promise<string[]> {
  try {
    const dropped = droppedStatistics(await pages.json('config_dump?mask=bootstrap'))
    return dropped === undefined ? [] : [dropped]
  } catch (error) {
    if (error instanceof AppError) return []
    throw error
  }
}

/** Connections and requests of each upstream host. */
export const hostStatistics: ProxyAnalysis<StatsQuestion, Json> = {
  options: statsQuestion,
  about: () => 'clusters',
  async facts(pages, question) {
    const document = await pages.json(`clusters${statsQuery(question, { format: 'json' })}`)
    requirePage(document, { path: '/clusters?format=json', list: ['cluster_statuses', 'clusterStatuses'] }, pages.label)
    return document
  },
  schema: {
    name: 'stats-clusters',
    title: 'An upstream host (stats --type clusters)',
    kind: 'host',
    columns: [hostColumns],
  },
  // Older Envoys do not filter clusters.
  view: (document, label, { filter }) => clusterStatsView(document, label, nameFilter(filter)),
}
