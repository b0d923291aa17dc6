import type { Args, Context } from '../cli/command.ts'
import { readDocument } from '../envoy/input/read-document.ts'
import type { JsonObject } from '../envoy/json.ts'
import { exitCode, UsageError } from '../errors.ts'
import { fileSource } from '../fetch/file.ts'
import { readCases } from '../trace/cases.ts'
import { type CaseResult, casesView } from '../trace/cases-view.ts'
import { checkCase } from '../trace/check-case.ts'
import { type Coverage, routeCoverage } from '../trace/coverage.ts'
import { resolveQuestion } from '../trace/question.ts'
import { routerCheck } from '../trace/router-check.ts'
import { trace } from '../trace/trace.ts'
import type { Trace } from '../trace/trace-result.ts'
import type { TracedProxy } from './traced-proxy.ts'

/**
 * Traces every request of a file and checks what it expects.
 * @returns exit code 1 when an expectation does not hold or fewer routes were taken than asked for
 */
export async function traceRequests(file: string, proxy: TracedProxy, args: Args, context: Context): Promise<number> {
  const source = fileSource(file, context.io, context.note)
  const caseFile = readCases(await readDocument(await source.read('requests', context.io.signal), source.label))
  const least = args.number('fail-under')
  if (caseFile.format === 'routerCheck') {
    const table = routeTable(proxy, args)
    const results = caseFile.items.map((item): CaseResult => {
      const { name, failures, virtualHost } = routerCheck(table, item)
      return { name, failures, result: { virtualHost } }
    })
    if (least !== undefined || args.boolean('coverage') === true) {
      throw new UsageError('coverage is counted for cases with requests, not for the router check format')
    }
    return finish(results, undefined, args, context)
  }
  const traces: Trace[] = []
  const results = caseFile.cases.map(({ name, question, expect }): CaseResult => {
    const { request } = resolveQuestion(question, proxy.dump)
    const found = trace({ ...proxy, request })
    traces.push(found)
    return { name, failures: checkCase(expect, found), result: { request, alternatives: found.alternatives } }
  })
  const counted = args.boolean('coverage') === true || least !== undefined
  return finish(results, counted ? routeCoverage(proxy.dump, traces) : undefined, args, context)
}

/** The route configuration that a router check runs against: the only one, or the one named by --name. */
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

async function finish(
  results: readonly CaseResult[],
  coverage: Coverage | undefined,
  args: Args,
  context: Context,
): Promise<number> {
  const failed = results.filter(({ failures }) => failures.length > 0).length
  const notes = [`${results.length - failed} of ${results.length} cases passed.`, ...coverageNotes(coverage)]
  await context.render(casesView(results, notes), args)
  const least = args.number('fail-under')
  const tooFew = coverage !== undefined && least !== undefined && percent(coverage) < least
  if (tooFew) context.note(`Fewer than ${least} % of the routes were taken.`)
  return failed > 0 || tooFew ? exitCode.failed : exitCode.ok
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
