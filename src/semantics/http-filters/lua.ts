import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** A Lua script, its own or the route's. */
export const lua: HttpFilterType = {
  types: ['envoy.extensions.filters.http.lua.v3.Lua'],
  names: ['envoy.lua', 'envoy.filters.http.lua'],
  opensMetadata: 'any',
  evaluate({ config, overrides }) {
    const hasScript =
      config.inline_code !== undefined || config.default_source_code !== undefined || overrides.length > 0
    return hasScript ? undecided(because('script-can-answer', {})) : continueWith()
  },
}
