import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { lintFindings } from '../../lint/analysis/lint-findings.ts'
import { allRules } from '../../lint/rules/index.ts'
import { checkProxy } from '../../lint/run/check-proxy.ts'
import { configuredExclusions } from '../../lint/run/config-file.ts'
import { profilesOf, requireRule, wantedRules } from '../../lint/run/wanted-rules.ts'
import { rulesView, ruleView } from '../../lint/view/rules-view.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany, type Selection } from '../../mesh/selection.ts'
import { answer } from '../analysis/answer.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { plainResult } from '../proxies/fleet/plain-result.ts'
import { readProxy } from './read-proxy.ts'

/** Findings of the proxies that the arguments name; the rules, or one of them. */
export async function showFindings(args: Args, context: Context): Promise<number> {
  const [word, id, ...more] = args.positionals
  const wanted = { profiles: profilesOf(args.strings('profile')), rules: args.strings('rule') }
  if (word === 'explain') {
    if (id === undefined || more.length > 0) throw new UsageError('lint explain needs one RULE')
    await context.render(ruleView(requireRule(id, allRules)))
    return exitCode.ok
  }
  if (word === 'rules') {
    if (id !== undefined) throw new UsageError('lint rules takes no arguments', { hint: 'Try: lint explain RULE' })
    const isNarrowed = args.strings('profile').length + wanted.rules.length > 0
    await context.render(rulesView(isNarrowed ? wantedRules(allRules, allRules, wanted) : allRules))
    return exitCode.ok
  }
  return lintProxies(args, context)
}

async function lintProxies(args: Args, context: Context): Promise<number> {
  const options = lintFindings.options(args)
  const selection = selectionOf(args, { command: 'lint', every: true, many: true, orScope: true })
  const config = args.string('config')
  const configured =
    config === undefined
      ? { exclusions: [], notes: [] }
      : configuredExclusions(config, await savedDocument(config, context), { rules: allRules, now: context.io.now() })
  configured.notes.forEach(context.note)
  const file = args.string('baseline')
  const baseline = file === undefined ? undefined : { file, document: await savedDocument(file, context) }
  const proxies = await context.open(selection)
  const { results, fleet, code } = await checkProxies(proxies, { selection, options }, context)
  const many = isMany(selection, proxies.length)
  const gathered = { proxies: results, fleet, exclusions: configured.exclusions, baseline, many }
  const found = await answer(lintFindings, gathered, options, context)
  if (code !== exitCode.ok) return code === exitCode.interrupted ? code : 2
  return found
}

interface Checking {
  readonly selection: Selection
  readonly options: ReturnType<typeof lintFindings.options>
}

/** What rules find in each proxy, and in all together; what is kept of one is small, for thousands are read. */
async function checkProxies(proxies: readonly MeshProxy[], { selection, options }: Checking, context: Context) {
  if (options.fleetRules.length === 0) {
    const check = async (proxy: MeshProxy) => ({
      proxy: proxy.id.name,
      ...checkProxy(options.rules, await readProxy(proxy, context, options.rules)),
    })
    const reading = await eachProxy(proxies, context, check, plainResult())
    return { ...reading, fleet: { found: [], silent: [] } }
  }
  const { readFleetProxies } = await import('./read-fleet-proxies.ts')
  return readFleetProxies(proxies, { selection, options }, context)
}

async function savedDocument(file: string, context: Context): Promise<Json> {
  const about = 'document'
  const [saved] = await context.open({ from: 'files', files: [file] }, { about })
  if (saved === undefined) throw new AppError(`${file} holds nothing`)
  return requiredDocument(saved, about, context.io.signal)
}
