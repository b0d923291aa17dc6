import { isObject, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A policy denies everything. */
export const deniesEverything: Rule = {
  id: 'denies-everything',
  profile: 'core',
  severity: 'info',
  title: 'A policy denies everything',
  detects: 'RBAC rules with the action ALLOW and without policies.',
  impact: 'Every request gets 403, details `rbac_access_denied_matched_policy[none]`.',
  fix: 'Nothing, if it is the default of a namespace; else add a rule.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter'],
  check: {
    *manager({ filters }) {
      for (const { name, message, config, isDisabled } of filters) {
        if (message !== 'RBAC' || isDisabled || !isObject(config.rules)) continue
        const { action, policies } = config.rules
        if ((action === undefined || action === 'ALLOW') && Object.keys(objectOf(policies)).length === 0)
          yield { message: `filter ${name} allows nothing`, cause: 'allows nothing' }
      }
    },
  },
}
