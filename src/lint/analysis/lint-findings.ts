import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Json } from '../../envoy/json.ts'
import { findingsView } from '../report/findings-view.ts'
import { silenceNotes, summary } from '../report/notes.ts'
import { findingsReport } from '../report/reports.ts'
import { type Rule, type Severity, severities } from '../rule.ts'
import { rules } from '../rules/index.ts'
import { newSince } from '../run/baseline.ts'
import type { Checked } from '../run/check-proxy.ts'
import { type Exclusion, excludes, exclusionOf } from '../run/exclusions.ts'
import type { Finding } from '../run/finding.ts'
import { folded } from '../run/fold.ts'
import { failOnOf, profilesOf, wantedRules } from '../run/wanted-rules.ts'

interface Asked {
  readonly rules: readonly Rule[]
  /** Those of the command line. */
  readonly exclusions: readonly Exclusion[]
  readonly failOn: Severity | 'never'
}

/** What the rules found in one proxy, and which said nothing. */
interface CheckedProxy extends Checked {
  readonly proxy: string
}

interface Gathered {
  readonly proxies: readonly CheckedProxy[]
  /** Those of a file. */
  readonly exclusions: readonly Exclusion[]
  /** The findings of an earlier run, and the file that they are from. */
  readonly baseline?: { readonly file: string; readonly document: Json } | undefined
  /** Whether proxies are told apart: several are named. */
  readonly many: boolean
}

interface Answer extends Pick<Gathered, 'proxies' | 'many'> {
  readonly findings: readonly Finding[]
}

/** What is wrong, or will be, in what proxies have loaded. */
export const lintFindings: GatheredAnalysis<Asked, Gathered, Answer> = {
  options: (args) => ({
    rules: wantedRules(rules, rules, { profiles: profilesOf(args.strings('profile')), rules: args.strings('rule') }),
    exclusions: args.strings('exclude').map((text) => exclusionOf(text, rules)),
    failOn: failOnOf(args.string('fail-on')),
  }),
  reduce({ proxies, exclusions, baseline, many }, asked) {
    const left = [...asked.exclusions, ...exclusions]
    const kept = proxies.map((one) => ({
      ...one,
      findings: one.findings.filter((finding) => !left.some((exclusion) => excludes(exclusion, finding, one.proxy))),
    }))
    const all = folded(kept, asked.rules)
    const findings = baseline === undefined ? all : newSince(all, baseline.document, baseline.file)
    return { findings, proxies: kept, many }
  },
  report: findingsReport,
  view({ findings, proxies, many }, asked) {
    const sum = summary({ findings, rules: asked.rules.length, proxies: proxies.length })
    const notes = [...silenceNotes(proxies), ...(findings.length === 0 ? [] : [sum])]
    return findingsView({ findings, rules: asked.rules, many, notes, empty: sum })
  },
  fails({ findings }, { failOn }) {
    const limit = failOn === 'never' ? -1 : severities.indexOf(failOn)
    return findings.some(({ severity }) => severities.indexOf(severity) <= limit)
  },
}
