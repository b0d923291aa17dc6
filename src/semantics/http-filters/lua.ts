import { continueWith, undecided } from '../filters/filter-result.ts'
import { because } from '../reasons/reason.ts'
import type { HttpFilterType } from './filter-type.ts'

/** A Lua script, its own or the route's. */
export const lua: HttpFilterType = {
  types: ['envoy.extensions.filters.http.lua.v3.Lua'],
  names: ['envoy.lua', 'envoy.filters.http.lua'],
  disabledPerRoute: true,
  evaluate({ config, overrides }) {
    const hasScript =
      config.inline_code !== undefined || config.default_source_code !== undefined || overrides.length > 0
    return hasScript ? undecided(because('script-can-answer', {})) : continueWith()
  },
}
