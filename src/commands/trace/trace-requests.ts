import { casesIn, readCase } from '../../analyses/trace/cases/cases.ts'
import type { CaseResult } from '../../analyses/trace/cases/cases-view.ts'
import { checkCase } from '../../analyses/trace/cases/check-case.ts'
import { checkedCases, noCases, withCase } from '../../analyses/trace/cases/checked-cases.ts'
import { routeCount } from '../../analyses/trace/cases/coverage.ts'
import { requireListeners } from '../../analyses/trace/require-listeners.ts'
import { alternativeDocuments } from '../../analyses/trace/view/trace-document.ts'
import type { Args, Context } from '../../contract/command.ts'
import { isObject, stringOf } from '../../envoy/json.ts'
import { AppError, UsageError } from '../../errors.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { trace } from '../../walk/trace.ts'
import { answer, conclude } from '../analysis/answer.ts'
import type { CaseChecks } from './case-checks.ts'
import { documentItems, lineItems, type RequestItem } from './request-items.ts'
import { requestResolver } from './request-resolver.ts'
import { requestsInput } from './requests-input.ts'
import { routerChecks } from './router-checks.ts'
import type { TracedProxy } from './traced-proxy.ts'

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
  const options = checkedCases.options(args)
  const kept: CaseResult[] = []
  let tally = noCases
  for await (const batch of batches) {
    const results: CaseResult[] = []
    for (const item of batch) {
      const result = await run(item, check)
      tally = withCase(tally, result)
      results.push(result)
    }
    if (isStream) await context.render(checkedCases.view({ results, tally }, options))
    else for (const result of results) kept.push(result)
    if (kept.length > maxKept) throw tooMany()
  }
  const checked = { results: kept, tally, coverage: options.coverage ? count.coverage() : undefined }
  return isStream
    ? conclude(checkedCases, checkedCases.reduce(checked, options), options, context)
    : answer(checkedCases, checked, options, context)
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
  requireListeners(proxy.dump, proxy.proxy.label)
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
