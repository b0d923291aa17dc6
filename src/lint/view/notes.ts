import { countText } from '../../envoy/text/count-text.ts'
import { type Severity, severities } from '../rule.ts'
import type { Silence } from '../run/finding.ts'

/** What rules that said nothing have in common, a line each: what was not read, by rules; and each rule with a defect. */
export function silenceNotes(proxies: readonly { readonly silent: readonly Silence[] }[]): string[] {
  const missing = new Map<string, { readonly rules: Set<string>; proxies: number }>()
  const defects = new Set<string>()
  for (const { silent } of proxies) {
    const here = new Set<string>()
    for (const { rule, because } of silent) {
      if ('defect' in because) {
        defects.add(`rule ${rule} has a defect and says nothing, please report it: ${because.defect}`)
        continue
      }
      for (const need of because.missing) {
        const known = missing.get(need) ?? { rules: new Set(), proxies: 0 }
        known.rules.add(rule)
        if (!here.has(need)) known.proxies++
        here.add(need)
        missing.set(need, known)
      }
    }
  }
  return [
    ...[...missing].map(
      ([need, { rules, proxies: count }]) =>
        `not decided without ${nouns.get(need) ?? need}${proxies.length > 1 ? ` of ${countText(count, 'proxy', 'proxies')}` : ''}: ${[...rules].join(', ')}`,
    ),
    ...defects,
  ]
}

const nouns: ReadonlyMap<string, string> = new Map(
  Object.entries({
    endpoints: 'endpoints (config_dump?include_eds)',
    clusterStatuses: '/clusters?format=json',
    stats: '/stats?usedonly&format=json',
    loggers: '/logging',
    bootstrap: 'the bootstrap',
    routes: 'route configurations',
    proxies: 'a second proxy',
    endpointSlices: 'Services and EndpointSlices of the API server',
    controlPlane: 'the pods of the control plane',
    istioObjects: 'Gateways and VirtualServices of Istio',
  }),
)

interface Counted {
  readonly findings: readonly { readonly severity: Severity }[]
  readonly rules: number
  readonly proxies: number
}

/** `2 errors, 1 warning: 62 rules, 3 proxies`. */
export function summary({ findings, rules, proxies }: Counted): string {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    if (count === 0) return []
    return [severity === 'info' ? `${count} info` : countText(count, severity)]
  })
  const asked = `${countText(rules, 'rule')} checked in ${countText(proxies, 'proxy', 'proxies')}`
  return counts.length === 0 ? `No findings: ${asked}.` : `${counts.join(', ')}; ${asked}.`
}
