import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { examples } from '../src/commands/query/schema/examples.ts'
import {
  type Case,
  captureCases,
  fileCases,
  grownCapture,
  hugeCases,
  hugeSize,
  liveCases,
  queryCases,
  questionCases,
  startCases,
  statusCases,
} from './bench/cases.ts'
import { growCapture, podOfCapture } from './bench/grow-capture.ts'
import { growDump } from './bench/grow-dump.ts'
import { endpointsFlags, growEndpoints } from './bench/grow-endpoints.ts'
import { growSyncz } from './bench/grow-syncz.ts'
import { timePlot } from './bench/plot.ts'
import { istioctl, ownProgram } from './bench/programs.ts'
import { missedAims, resultTable } from './bench/report.ts'
import { type Result, runCase } from './bench/run-case.ts'
import { dist } from './bundle/build.ts'

const usage = `npm run bench [-- FLAGS]: the program beside istioctl, on dumps grown from a fixture.
Prints a table, and writes it to dist/bench.json.

  --runs N          rounds of each case (15)
  --only TEXT       the cases whose title contains the text
  --huge            a dump of 2 GB as well
  --captures        a capture of 1,000 proxies as well, which takes a minute to make
  --questions       the ten statements of query --examples over that capture as well
  --query           a statement over a million endpoints as well, whose files take 650 MB
  --pod TYPE/NAME   a live proxy as well
  --namespace NAME  of that proxy (default)
  --plot            draws docs/bench.svg from the same numbers
`

const root = join(import.meta.dirname, '..')
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    huge: { type: 'boolean', default: false },
    captures: { type: 'boolean', default: false },
    questions: { type: 'boolean', default: false },
    query: { type: 'boolean', default: false },
    pod: { type: 'string' },
    namespace: { type: 'string', default: 'default' },
    plot: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit()
}
const runs = Number(options.runs)

const own = ownProgram(root)
const other = istioctl(root)
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 1e9)} GB`
console.error(`ours: ${own.title}`)
console.error(
  other === undefined ? 'No istioctl here ($ISTIOCTL, PATH, lab): our numbers alone.' : `beside: ${other.title}`,
)
console.error(`on ${machine}; median of ${runs} interleaved runs, fewer where one takes over a second`)

const dumps = new Map<string, number>()
const folder = mkdtempSync(join(tmpdir(), 'proxy-config-bench-'))
try {
  const results: Result[] = []
  const failed: string[] = []
  for (const next of await cases()) {
    try {
      const result = await runCase(next, own, other, runs)
      results.push(result)
      console.error(`${next.title}: ${result.own.time.median.toFixed(0)} ms`)
    } catch (error) {
      console.error(`${next.title}: ${error instanceof Error ? error.message : error}`)
      failed.push(next.title)
      process.exitCode = 1
    }
  }
  console.log(resultTable(results))
  mkdirSync(join(root, dist), { recursive: true })
  const record = { program: own.title, istioctl: other?.title, machine, node: process.versions.node, results }
  writeFileSync(join(root, dist, 'bench.json'), `${JSON.stringify(record, null, 2)}\n`)
  const plot = options.plot ? timePlot(results) : undefined
  if (plot !== undefined) writeFileSync(join(root, 'docs', 'bench.svg'), plot)
  const missed = results.filter((result) => missedAims(result).length > 0)
  if (missed.length > 0) console.error(`Not reached: ${missed.map(({ title }) => title).join('; ')}.`)
  if (failed.length > 0) console.error(`Not measured, because a program failed: ${failed.join('; ')}.`)
  if (missed.length + failed.length === 0) console.error('Every aim is reached.')
} finally {
  rmSync(folder, { recursive: true })
}

async function cases(): Promise<Case[]> {
  const capture = join(folder, 'capture.zip')
  const syncz = join(folder, 'syncz.json')
  const endpoints = join(folder, 'endpoints')
  const all = [
    ...startCases,
    ...fileCases(dumpPath),
    ...statusCases(syncz),
    ...(options.huge ? hugeCases(dumpPath(hugeSize)) : []),
    ...(options.captures ? captureCases(capture, podOfCapture, dumpPath(grownCapture.dumpSize)) : []),
    ...(options.questions ? questionCases(capture, examples) : []),
    ...(options.query ? queryCases(endpointsFlags(endpoints)) : []),
    ...(options.pod === undefined ? [] : liveCases(options.pod, options.namespace)),
  ]
  const wanted = all.filter(({ title }) => title.includes(options.only))
  const words = new Set(wanted.flatMap(({ own: given, against = [] }) => [...given, ...against]))
  for (const [path, size] of dumps) {
    if (words.has(path)) growDump(join(root, 'test/fixtures/sidecar/config_dump.json'), path, size)
  }
  if (endpointsFlags(endpoints).some((word) => word !== '--file' && words.has(word))) growEndpoints(endpoints)
  if (words.has(syncz)) growSyncz(syncz, 10_000)
  if (words.has(capture)) await growCapture(capture, { fixture: join(root, 'test/fixtures/sidecar'), ...grownCapture })
  return wanted
}

/** The dump of a size; it is written once it is known that a case reads it. */
function dumpPath(size: number): string {
  const path = join(folder, `dump-${size}.json`)
  dumps.set(path, size)
  return path
}
