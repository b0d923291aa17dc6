import type { Context } from '../../contract/command.ts'
import type { lintFindings } from '../../lint/analysis/lint-findings.ts'
import type { FleetProxy } from '../../lint/fleet/fleet.ts'
import { checkProxy } from '../../lint/run/check-proxy.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { plainResult } from '../proxies/fleet/plain-result.ts'
import { fleetQuestions } from './fleet-questions.ts'
import { readProxy } from './read-proxy.ts'

interface Asked {
  readonly selection: Selection
  readonly options: ReturnType<typeof lintFindings.options>
}

/** What rules find in each proxy, and what those of several find in all together, with what the API server says of them. */
export async function readFleetProxies(proxies: readonly MeshProxy[], { selection, options }: Asked, context: Context) {
  const { rules, fleetRules } = options
  const questions = await fleetQuestions({ rules: fleetRules, selection, count: proxies.length }, context)
  const task = async (proxy: MeshProxy) => {
    const linted = await readProxy(proxy, context, rules)
    return {
      checked: { proxy: proxy.id.name, ...checkProxy(rules, linted) },
      facts: questions.facts(linted, proxy.id.pod),
    }
  }
  const reading = new FleetReading(proxies, context)
  const results: Awaited<ReturnType<typeof task>>['checked'][] = []
  const read: FleetProxy[] = []
  for await (const { result } of reading.successes(task, { codec: plainResult(), given: questions.given })) {
    results.push(result.checked)
    read.push(questions.kept(result.facts))
  }
  const code = await reading.conclude()
  return { results, fleet: await questions.answer(read), code }
}
