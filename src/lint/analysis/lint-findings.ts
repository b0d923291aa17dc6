import type { GatheredAnalysis } from '../../contract/analysis.ts'
import type { Json } from '../../envoy/json.ts'
import { type FleetRule, type Rule, type RuleFacts, type Severity, severities } from '../rule.ts'
import { fleetRules } from '../rules/fleet-rules.ts'
import { allRules, rules } from '../rules/index.ts'
import { newSince } from '../run/baseline.ts'
import type { CheckedFleet } from '../run/check-fleet.ts'
import type { Checked } from '../run/check-proxy.ts'
import { type Exclusion, excludes, exclusionOf, unmatchedNotes } from '../run/exclusions.ts'
import type { Finding } from '../run/finding.ts'
import { folded } from '../run/fold.ts'
import { failOnOf, profilesOf, wantedRules } from '../run/wanted-rules.ts'
import { findingsView } from '../view/findings-view.ts'
import { silenceNotes, summary } from '../view/notes.ts'
import { findingsSchema } from '../view/schemas.ts'

interface Asked {
  readonly rules: readonly Rule[]
  readonly fleetRules: readonly FleetRule[]
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
  /** What rules of several proxies found in all together. */
  readonly fleet: CheckedFleet
  /** Those of a file. */
  readonly exclusions: readonly Exclusion[]
  /** The findings of an earlier run, and the file that they are from. */
  readonly baseline?: { readonly file: string; readonly document: Json } | undefined
  /** Whether findings name their proxy: several are named. */
  readonly many: boolean
}

interface Answer extends Pick<Gathered, 'proxies' | 'fleet' | 'many'> {
  readonly findings: readonly Finding[]
  /** Exclusions of the command line that leave nothing out, though their rule finds something. */
  readonly unmatched: readonly string[]
}

/** What is wrong, or will be, in what proxies have loaded. */
export const lintFindings: GatheredAnalysis<Asked, Gathered, Answer> = {
  options(args) {
    const wanted = { profiles: profilesOf(args.strings('profile')), rules: args.strings('rule') }
    return {
      rules: wantedRules(rules, allRules, wanted),
      fleetRules: wantedRules(fleetRules, allRules, wanted),
      exclusions: args.strings('exclude').map((text) => exclusionOf(text, allRules)),
      failOn: failOnOf(args.string('fail-on')),
    }
  },
  reduce({ proxies, fleet, exclusions, baseline, many }, asked) {
    const left = [...asked.exclusions, ...exclusions]
    const found = [...proxies, ...fleet.found]
    const kept = found.map(({ proxy, findings }) => ({
      proxy,
      findings: findings.filter((finding) => !left.some((exclusion) => excludes(exclusion, finding, proxy))),
    }))
    const all = folded(kept, askedRules(asked))
    const findings = baseline === undefined ? all : newSince(all, baseline.document, baseline.file)
    return { findings, proxies, fleet, many, unmatched: unmatchedNotes(asked.exclusions, found) }
  },
  schema: findingsSchema,
  view({ findings, proxies, fleet, many, unmatched }, asked) {
    const all = askedRules(asked)
    const sum = summary({ findings, rules: all.length, proxies: proxies.length })
    const notes = [
      ...silenceNotes(proxies),
      ...silenceNotes([fleet]),
      ...unmatched,
      ...(findings.length === 0 ? [] : [sum]),
    ]
    return findingsView({ findings, rules: all, many, notes, empty: sum })
  },
  fails({ findings }, { failOn }) {
    const limit = failOn === 'never' ? -1 : severities.indexOf(failOn)
    return findings.some(({ severity }) => severities.indexOf(severity) <= limit)
  },
}

function askedRules({ rules: ofProxy, fleetRules: ofFleet }: Asked): readonly RuleFacts[] {
  return [...ofProxy, ...ofFleet]
}
