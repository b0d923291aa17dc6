import { stringOf } from '../envoy/json.ts'
import { byFields, text } from './entry-text.ts'
import { wants, type ZtunnelKind } from './kind.ts'
import { policyRules } from './policy-rules.ts'
import { ztunnelWords } from './words.ts'

/** Authorization policies. Columns follow `istioctl ztunnel-config policy`. */
export const policies: ZtunnelKind = {
  ...ztunnelWords.policies,
  kind: 'policy',
  section: 'policies',
  heading: 'POLICY INFO',
  columns: [
    { header: 'NAMESPACE', key: 'namespace' },
    { header: 'POLICY NAME', key: 'policyName' },
    { header: 'ACTION', key: 'action' },
    { header: 'SCOPE', key: 'scope' },
    { header: 'RULES', key: 'rules', wide: true },
  ],
  rows: (dump, { policyNamespace }) =>
    dump.policies
      .filter(({ namespace }) => wants(policyNamespace, stringOf(namespace)))
      .toSorted(byFields('namespace', 'name'))
      .map((policy) => ({
        name: `${text(policy, 'name')}.${text(policy, 'namespace')}`,
        source: policy,
        cells: [
          ...['namespace', 'name', 'action', 'scope'].map((field) => text(policy, field)),
          policyRules(policy.rules).join(' | ') || 'no rule: matches nothing',
        ],
      })),
}
