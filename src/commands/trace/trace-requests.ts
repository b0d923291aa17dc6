import { casesIn, readCase } from '../../analyses/trace/cases/cases.ts'
import { type CaseResult, casesView } from '../../analyses/trace/cases/cases-view.ts'
import { checkCase } from '../../analyses/trace/cases/check-case.ts'
import { type Coverage, routeCount } from '../../analyses/trace/cases/coverage.ts'
import { alternativeDocuments } from '../../analyses/trace/report/trace-document.ts'
import { trace } from '../../analyses/trace/walk/trace.ts'
import type { Args, Context } from '../../contract/command.ts'
import { isObject, stringOf } from '../../envoy/json.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { CaseChecks } from './case-checks.ts'
import { documentItems, lineItems, type RequestItem } from './request-items.ts'
import { requestResolver } from './request-resolver.ts'
import { requestsInput } from './requests-input.ts'
import { routerChecks } from './router-checks.ts'
import { requireListeners, type TracedProxy } from './traced-proxy.ts'

/**
 * Traces every request of a file and checks what it expects. JSON lines are traced as they come, and with `-o jsonl` answered at once.
 * A case that cannot be read is named, and the others run.
 * @returns exit code 1 when an expectation does not hold, a case cannot be read, or fewer routes were taken than asked for
 */
export async function traceRequests(file: string, proxy: TracedProxy, args: Args, context: Context): Promise<number> {
  const input = await requestsInput(file, context)
  const caseFile = 'document' in input ? casesIn(input.document) : undefined
  const batches = 'lines' in input ? lineItems(input.lines) : [documentItems(caseFile?.items ?? [])]
  const { check, count } = caseFile?.format === 'routerCheck' ? routerChecks(proxy.dump, args) : traces(proxy, context)

  const isStream = context.format.name === 'jsonl'
  const kept: CaseResult[] = []
  const sum = { total: 0, failed: 0, unreadable: 0 }
  for await (const batch of batches) {
    const results: CaseResult[] = []
    for (const item of batch) {
      const result = await run(item, check)
      sum.total++
      if (result.failures.length > 0) sum.failed++
      if (result.error !== undefined) sum.unreadable++
      results.push(result)
    }
    if (isStream) await context.render(casesView(results, []))
    else for (const result of results) kept.push(result)
    if (kept.length > maxKept) throw tooMany()
  }
  const least = args.number('fail-under')
  const counted = args.boolean('coverage') === true || least !== undefined ? count.coverage() : undefined
  const notes = [summary(sum), ...coverageNotes(counted)]
  if (isStream) for (const line of notes) context.note(line)
  else await context.render(casesView(kept, notes))
  const tooFew = counted !== undefined && least !== undefined && percent(counted) < least
  if (tooFew) context.note(`Fewer than ${least} % of the routes were taken.`)
  return sum.failed > 0 || sum.unreadable > 0 || tooFew ? exitCode.failed : exitCode.ok
}

/** Cases that are held until all are traced, about 13 kB each. */
const maxKept = 100_000

function tooMany(): AppError {
  return new AppError(`there are more than ${maxKept} requests, too many to hold in memory`, {
    hint: 'With -o jsonl each is answered as it comes, whatever their number.',
  })
}

/** Cases whose requests go through the whole proxy. */
function traces(proxy: TracedProxy, context: Context): CaseChecks {
  requireListeners(proxy)
  const resolve = requestResolver(proxy, context)
  const count = routeCount(() => proxy.dump.entries('routes').filter(serves))
  const now = context.io.now()
  return {
    count,
    async check(value) {
      const { spec, expect } = readCase(value)
      const { request, others, hidden } = await resolve(spec)
      const { dump, clusters, stats, savedAt } = proxy
      const checked = [request, ...others].map((one) => {
        const found = trace({ dump, clusters, stats, request: one, now, savedAt, hidden })
        count.add(found)
        const result = { request: one, alternatives: alternativeDocuments(found.alternatives) }
        return { failures: checkCase(expect, found), result }
      })
      // What is expected has to hold at every port that can be meant.
      const [first = { failures: [], result: {} }] = checked
      return checked.find(({ failures }) => failures.length > 0) ?? first
    },
  }
}

async function run({ place, value }: RequestItem, check: CaseChecks['check']): Promise<CaseResult> {
  const named = isObject(value) ? value : {}
  const name = stringOf(named.name) || stringOf(named.test_name) || stringOf(named.testName) || place
  try {
    if (value === undefined) throw new UsageError('no JSON object')
    return { name, ...(await check(value)) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { name, failures: [], error: `${place}: ${error.message}`, result: {} }
  }
}

function summary({ total, failed, unreadable }: { total: number; failed: number; unreadable: number }): string {
  const unread = unreadable === 0 ? '' : `; ${unreadable} cannot be read`
  return `${total - failed - unreadable} of ${total} cases passed${unread}.`
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
