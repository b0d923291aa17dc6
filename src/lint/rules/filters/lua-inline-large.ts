import { objectOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A large program stands in the configuration. */
export const luaInlineLarge: Rule = {
  id: 'lua-inline-large',
  profile: 'strict',
  severity: 'info',
  title: 'A large program stands in the configuration',
  detects: 'Lua code of more than 4 kB in the filter.',
  impact: 'Every push carries it to every proxy; nobody tests it.',
  fix: 'Make it a service, or a Wasm module.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/lua_filter'],
  check: {
    *manager({ filters }) {
      for (const { name, message, config } of filters) {
        const code = stringOf(objectOf(config.default_source_code).inline_string) ?? stringOf(config.inline_code) ?? ''
        if (message === 'Lua' && code.length > 4096)
          yield { message: `filter ${name} has ${code.length} characters of Lua` }
      }
    },
  },
}
