import type { Analysis } from '../../contract/analysis.ts'
import { UsageError } from '../../errors.ts'
import { listeners } from '../../resources/listeners.ts'
import { type AuthzPolicy, authzPolicies } from './policies.ts'
import { columnsOf, policyDocument, policyRow, rawRules } from './policies-view.ts'
import { refuseCheck } from './refuse-check.ts'
import { requestOptions } from './request-options.ts'
import { policiesSchema } from './schemas.ts'

interface OfProxy {
  readonly proxy: string
  readonly policies: readonly AuthzPolicy[]
}

/** The policies of each proxy, in the order in which a request meets them. */
export const policiesAnalysis: Analysis<undefined, readonly AuthzPolicy[], readonly OfProxy[]> = {
  // Policies are filters of listeners: without listeners, nothing is known of them.
  needs: { about: listeners, whole: true, sections: 'all' },
  apart: true,
  schema: policiesSchema,
  options(args) {
    refuseCheck(args)
    const idle = requestOptions.find(({ name }) => args.strings(name).length > 0)
    if (idle !== undefined) throw new UsageError(`--${idle.name} goes with --request`)
    return undefined
  },
  facts: ({ dump }) => authzPolicies(dump),
  reduce: (proxies) => proxies.flatMap((each) => ('facts' in each ? [{ proxy: each.name, policies: each.facts }] : [])),
  columns: (all) => columnsOf(all.flatMap(({ policies }) => policies)),
  rows: (all) => all.flatMap(({ proxy, policies }) => policies.map((policy) => ({ ...policyRow(policy), proxy }))),
  documents: (all) =>
    all.map(({ proxy, policies }) => ({
      proxy,
      document: { list: policies.map(policyDocument) },
      raw: { list: policies.flatMap(rawRules) },
      items: policies.map(policyDocument),
    })),
  empty: () => 'No authorization policies found.',
}
