import { isObject } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A policy is only tried, not enforced. */
export const shadowRulesOnly: Rule = {
  id: 'shadow-rules-only',
  profile: 'strict',
  severity: 'info',
  title: 'A policy is only tried, not enforced',
  detects: 'RBAC with `shadow_rules` and without `rules`.',
  impact: 'Nothing is denied: a dry run that was forgotten.',
  fix: 'Enforce the policy, or take it away.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter'],
  check: {
    *manager({ filters }) {
      for (const { name, message, config, isDisabled } of filters)
        if (
          message === 'RBAC' &&
          !isDisabled &&
          isObject(config.shadow_rules) &&
          !isObject(config.rules) &&
          !isObject(config.matcher)
        )
          yield { message: `filter ${name} only tries its policies` }
    },
  },
}
