import type { Args, Context } from '../cli/command.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import { isObject } from '../envoy/json.ts'
import { exitCode, UsageError } from '../errors.ts'
import { type Case, readCase, readCases } from '../trace/cases.ts'
import { type CaseResult, casesView } from '../trace/cases-view.ts'
import { checkCase } from '../trace/check-case.ts'
import { type Coverage, routeCount } from '../trace/coverage.ts'
import { routerCheck } from '../trace/router-check.ts'
import { trace } from '../trace/trace.ts'
import { requestsInput } from './requests-input.ts'
import { questionResolver } from './trace-question.ts'
import type { TracedProxy } from './traced-proxy.ts'

/**
 * Traces every request of a file and checks what it expects. JSON lines are traced as they come, and with `-o jsonl` answered at once.
 * @returns exit code 1 when an expectation does not hold or fewer routes were taken than asked for
 */
export async function traceRequests(file: string, proxy: TracedProxy, args: Args, context: Context): Promise<number> {
  if (file === '-' && args.string('file') === '-')
    throw new UsageError('--file and --requests cannot both be standard input')
  const input = await requestsInput(file, context)
  const caseFile = 'document' in input ? readCases(input.document) : undefined
  if (caseFile?.format === 'routerCheck') return checkRoutes(caseFile.items, proxy, args, context)
  const batches = 'lines' in input ? casesInLines(input.lines) : [caseFile?.cases ?? []]

  const isStream = args.string('output') === 'jsonl'
  const resolve = questionResolver(proxy.dump, args, context)
  const count = routeCount(proxy.dump)
  const now = context.io.now()
  const kept: CaseResult[] = []
  let total = 0
  let failed = 0
  for await (const batch of batches) {
    const results: CaseResult[] = []
    for (const { name, question, expect } of batch) {
      const { request } = await resolve(question)
      const found = trace({ ...proxy, request, now })
      count.add(found)
      const failures = checkCase(expect, found)
      if (failures.length > 0) failed++
      results.push({ name, failures, result: { request, alternatives: found.alternatives } })
    }
    total += results.length
    if (isStream) await context.render(casesView(results, []), args)
    else kept.push(...results)
  }
  const least = args.number('fail-under')
  const counted = args.boolean('coverage') === true || least !== undefined ? count.coverage() : undefined
  const notes = [passed(total, failed), ...coverageNotes(counted)]
  if (isStream) for (const line of notes) context.note(line)
  else await context.render(casesView(kept, notes), args)
  const tooFew = counted !== undefined && least !== undefined && percent(counted) < least
  if (tooFew) context.note(`Fewer than ${least} % of the routes were taken.`)
  return failed > 0 || tooFew ? exitCode.failed : exitCode.ok
}

async function* casesInLines(batches: AsyncIterable<readonly string[]>): AsyncGenerator<Case[]> {
  let number = 0
  for await (const lines of batches) {
    const cases: Case[] = []
    for (const line of lines) {
      number++
      if (line.trim() !== '') cases.push(caseInLine(line, number))
    }
    yield cases
  }
}

/** @throws UsageError with the line's number */
function caseInLine(line: string, number: number): Case {
  let value: Json
  try {
    value = JSON.parse(line)
  } catch {
    throw new UsageError(`line ${number} of the requests is no JSON object`)
  }
  if (!isObject(value)) throw new UsageError(`line ${number} of the requests is no JSON object`)
  return readCase({ name: `line ${number}`, ...value }, number - 1)
}

async function checkRoutes(items: readonly JsonObject[], proxy: TracedProxy, args: Args, context: Context) {
  if (args.number('fail-under') !== undefined || args.boolean('coverage') === true)
    throw new UsageError('coverage is counted for cases with requests, not for the router check format')
  const table = routeTable(proxy, args)
  const results = items.map((item): CaseResult => {
    const { name, failures, virtualHost } = routerCheck(table, item)
    return { name, failures, result: { virtualHost } }
  })
  const failed = results.filter(({ failures }) => failures.length > 0).length
  await context.render(casesView(results, [passed(results.length, failed)]), args)
  return failed > 0 ? exitCode.failed : exitCode.ok
}

/** The route configuration that a router check runs against: the only one, or the one named by --route-configuration. */
function routeTable({ dump }: TracedProxy, args: Args): JsonObject {
  const wanted = args.string('route-configuration')
  const tables = dump.entries('routes').filter(({ name }) => wanted === undefined || name === wanted)
  const [only, second] = tables
  if (only === undefined) throw new UsageError(`the dump has no route configuration ${wanted ?? ''}`.trimEnd())
  if (second !== undefined && wanted === undefined) {
    throw new UsageError(`the dump has ${tables.length} route configurations: name one with --route-configuration`, {
      hint: tables.map(({ name }) => name).join(', '),
    })
  }
  return only.resource
}

function passed(total: number, failed: number): string {
  return `${total - failed} of ${total} cases passed.`
}

function coverageNotes(coverage: Coverage | undefined): string[] {
  if (coverage === undefined) return []
  const { covered, total, missing } = coverage
  return [
    `${covered} of ${total} routes taken (${percent(coverage).toFixed(1)} %).`,
    ...missing.map((route) => `  not taken: ${route}`),
  ]
}

function percent({ covered, total }: Coverage): number {
  return total === 0 ? 100 : (covered / total) * 100
}
