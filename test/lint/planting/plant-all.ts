import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { controlPlaneOf } from '../../../src/envoy/control-plane/control-plane-of.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { AppError } from '../../../src/errors.ts'
import { rules } from '../../../src/lint/rules/index.ts'
import { corpus, filesIn } from '../../conformance/corpus.ts'
import { type Parts, partsOf } from './parts.ts'
import { fieldOf, planted } from './plant.ts'
import { planterOf } from './planter-of.ts'
import { sectionsOf } from './real-proxy.ts'

/** The largest dump: planting is about kinds of configuration, not about size. */
const maxBytes = 700_000

interface RealProxy {
  readonly file: string
  readonly plane: string
  readonly sections: JsonObject
  readonly parts: Parts
}

/** What came of the defect of a rule, over real proxies. */
export interface Planted {
  readonly rule: string
  planted: number
  found: number
  /** Of those that were planted, where no other rule found anything new. */
  alone: number
}

/** What came of the defects of all rules. */
export interface Harvest {
  /** How many proxies of each control plane: `Istio 7`. */
  readonly planes: readonly string[]
  readonly proxies: number
  readonly rows: readonly Planted[]
  /** What was missed, and what was found beside. */
  readonly wrong: readonly string[]
}

/** Plants the defect of each rule in so many real proxies, those of all control planes in turn, one at a time. */
export async function plantAll(count: number): Promise<Harvest> {
  const proxies = (await realProxies()).slice(0, count)
  const fields = await Promise.all(
    proxies.map(async ({ file, sections, parts }) => ({ file, field: await fieldOf(sections, parts) })),
  )
  const wrong: string[] = []
  const rows: Planted[] = []
  for (const rule of rules) {
    const row: Planted = { rule: rule.id, planted: 0, found: 0, alone: 0 }
    const planter = planterOf(rule)
    for (const { file, field } of fields) {
      const outcome = await planted(rule, planter, field)
      if (outcome.came === 'not planted') continue
      row.planted++
      if (outcome.came === 'found') row.found++
      else wrong.push(`${rule.id} in ${file}: missed`)
      if (outcome.others.length === 0) row.alone++
      for (const other of outcome.others) wrong.push(`${rule.id} in ${file}: also ${other}`)
    }
    rows.push(row)
  }
  const planes = [...Map.groupBy(proxies, ({ plane }) => plane)].map(([plane, own]) => `${plane} ${own.length}`)
  return { planes: planes.toSorted(), proxies: proxies.length, rows, wrong }
}

/** Real proxies that have what rules look at, of all control planes in turn, those with the most parts first. */
async function realProxies(): Promise<RealProxy[]> {
  const found: RealProxy[] = []
  for (const file of filesIn('dumps', 'gateways', 'lab/raw', 'assembled')) {
    if (statSync(join(corpus, file)).size > maxBytes) continue
    try {
      const dump = await readDump(readFileSync(join(corpus, file)), file)
      if (!dump.has('clusters') || !dump.has('listeners') || dump.cut !== undefined) continue
      const sections = sectionsOf(dump)
      const parts = partsOf(sections)
      if (parts !== undefined) found.push({ file, plane: controlPlaneOf(dump)?.name ?? 'others', sections, parts })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  const byPlane = [...Map.groupBy(found, ({ plane }) => plane).values()].map((own) =>
    own.toSorted((a, b) => b.parts.size - a.parts.size || (a.file < b.file ? -1 : 1)),
  )
  const most = Math.max(0, ...byPlane.map(({ length }) => length))
  return Array.from({ length: most }, (_, at) => byPlane.flatMap((own) => own[at] ?? [])).flat()
}
