import { objectOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A regular expression that is a prefix. */
export const regexWherePrefixWouldDo: Rule = {
  id: 'regex-where-prefix-would-do',
  profile: 'strict',
  severity: 'info',
  title: 'A regular expression stands where a prefix would do',
  detects: '`safe_regex` of a route that is a plain text and `.*`.',
  impact: 'Time for every request, and no tool sees which routes it hides.',
  fix: 'Match by prefix.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto'],
  check: {
    *route({ match }) {
      const regex = stringOf(objectOf(match.safe_regex).regex)
      if (regex !== undefined && /^\^?[\w/-]*\.\*\$?$/.test(regex))
        yield { message: `the regular expression ${regex} is a prefix` }
    },
  },
}
