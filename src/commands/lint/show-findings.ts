import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { findingsView } from '../../lint/report/findings-view.ts'
import { silenceNotes, summary } from '../../lint/report/notes.ts'
import { rulesView, ruleView } from '../../lint/report/rules-view.ts'
import { severities } from '../../lint/rule.ts'
import { rules } from '../../lint/rules/index.ts'
import { newSince } from '../../lint/run/baseline.ts'
import { type Checked, checkProxy } from '../../lint/run/check-proxy.ts'
import { configuredExclusions } from '../../lint/run/config-file.ts'
import { excludes, exclusionOf } from '../../lint/run/exclusions.ts'
import { folded } from '../../lint/run/fold.ts'
import { failOnOf, profilesOf, requireRule, wantedRules } from '../../lint/run/wanted-rules.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import { isMany } from '../../mesh/selection.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { readProxy } from './read-proxy.ts'

/** Findings of the proxies that the arguments name; the rules, or one of them. */
export async function showFindings(args: Args, context: Context): Promise<number> {
  const [word, id, ...more] = args.positionals
  const wanted = { profiles: profilesOf(args.strings('profile')), rules: args.strings('rule') }
  if (word === 'explain') {
    if (id === undefined || more.length > 0) throw new UsageError('lint explain needs one RULE')
    await context.render(ruleView(requireRule(id, rules)))
    return exitCode.ok
  }
  if (word === 'rules') {
    if (id !== undefined) throw new UsageError('lint rules takes no arguments', { hint: 'Try: lint explain RULE' })
    const isNarrowed = args.strings('profile').length + wanted.rules.length > 0
    await context.render(rulesView(isNarrowed ? wantedRules(rules, rules, wanted) : rules))
    return exitCode.ok
  }
  return lintProxies(args, context, wanted)
}

async function lintProxies(args: Args, context: Context, wanted: Parameters<typeof wantedRules>[2]): Promise<number> {
  const asked = wantedRules(rules, rules, wanted)
  const given = args.strings('exclude').map((text) => exclusionOf(text, rules))
  const failOn = failOnOf(args.string('fail-on'))
  const selection = selectionOf(args, { command: 'lint', every: true, many: true, orScope: true })
  const config = args.string('config')
  const configured =
    config === undefined
      ? { exclusions: [], notes: [] }
      : configuredExclusions(config, await savedDocument(config, context), { rules, now: context.io.now() })
  const exclusions = [...given, ...configured.exclusions]
  configured.notes.forEach(context.note)
  const baseline = args.string('baseline')
  const before = baseline === undefined ? undefined : await savedDocument(baseline, context)
  const proxies = await context.open(selection)
  const { results, code } = await eachProxy(proxies, context, async (proxy) => {
    const checked: Checked = checkProxy(asked, await readProxy(proxy, context))
    const name = proxy.id.name
    const findings = checked.findings.filter((finding) => !exclusions.some((one) => excludes(one, finding, name)))
    return { proxy: name, findings, silent: checked.silent }
  })
  const all = folded(results, asked)
  const findings = baseline === undefined || before === undefined ? all : newSince(all, before, baseline)
  const shown = { findings, rules: asked.length, proxies: results.length }
  await context.render(
    findingsView({
      findings,
      rules: asked,
      many: isMany(selection, proxies.length),
      notes: [...silenceNotes(results), ...(findings.length === 0 ? [] : [summary(shown)])],
      empty: summary(shown),
    }),
  )
  if (code !== exitCode.ok) return code === exitCode.interrupted ? code : 2
  const limit = failOn === 'never' ? -1 : severities.indexOf(failOn)
  return findings.some(({ severity }) => severities.indexOf(severity) <= limit) ? exitCode.failed : exitCode.ok
}

async function savedDocument(file: string, context: Context): Promise<Json> {
  const about = 'document'
  const [saved] = await context.open({ from: 'files', files: [file] }, { about })
  if (saved === undefined) throw new AppError(`${file} holds nothing`)
  return requiredDocument(saved, about, context.io.signal)
}
