import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { authzPolicies } from '../authz/policies.ts'
import { chainText } from '../authz/rbac-filters.ts'
import type { DescriptionRow } from './description-row.ts'

/** Authorization policies in force in one of the filter chains. @param places `LISTENER CHAIN` of each */
export function policyRows(dump: ConfigDump, places: ReadonlySet<string>): DescriptionRow[] {
  return authzPolicies(dump)
    .filter(({ locations }) => locations.some((location) => places.has(chainText(location))))
    .map(({ action, dryRun, name, rules }) => ({
      part: 'Policy',
      name,
      summary: `${action}${dryRun ? ' (dry run)' : ''} ${[...new Set(rules.map(({ words }) => words))].join(' | ')}`,
      object: rules.some(({ id }) => id.includes('policy[')) ? `authorizationpolicy/${name}` : '',
    }))
}
