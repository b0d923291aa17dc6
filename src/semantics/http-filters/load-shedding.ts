import { continueWith, undecided } from '../filters/filter-result.ts'
import { flagOf } from '../filters/filter-switch.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** Filters that refuse requests by what happened before, unless their flag `enabled` is off. */
export const loadShedding: readonly HttpFilterType[] = [
  sheds('admission_control.v3.AdmissionControl', 'depends-on-failed-requests'),
  sheds('adaptive_concurrency.v3.AdaptiveConcurrency', 'depends-on-active-requests'),
]

function sheds(message: string, code: 'depends-on-failed-requests' | 'depends-on-active-requests'): HttpFilterType {
  return {
    types: [`envoy.extensions.filters.http.${message}`],
    names: [`envoy.filters.http.${message.split('.')[0] ?? ''}`],
    evaluate: ({ config, context }) =>
      flagOf(config.enabled, context, true)
        ? undecided(because(code, {}))
        : continueWith({ reason: because('filter-switched-off', { field: 'enabled' }) }),
  }
}
