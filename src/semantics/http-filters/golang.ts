import { objectOf, stringOf } from '../../envoy/json.ts'
import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** A plugin in Go; a route can switch off the one of its name. */
export const golang: HttpFilterType = {
  types: ['envoy.extensions.filters.http.golang.v3alpha.Config'],
  names: ['envoy.filters.http.golang'],
  opensMetadata: 'any',
  evaluate({ config, overrides }) {
    const plugin = objectOf(objectOf(overrides[0]?.plugins_config)[stringOf(config.plugin_name) ?? ''])
    return plugin.disabled === true
      ? continueWith({ reason: because('filter-disabled', {}) })
      : undecided(because('module-can-answer', {}))
  },
}
