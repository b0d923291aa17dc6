import { isObject, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Keys for tokens stand in the configuration. */
export const jwksCachedAsText: Rule = {
  id: 'jwks-cached-as-text',
  profile: 'strict',
  severity: 'warning',
  title: 'Keys for tokens stand in the configuration',
  detects: '`local_jwks` of a JWT provider with inline text.',
  impact: 'Keys that are rotated come with the next push only: tokens get 401 until then.',
  fix: 'Use `remote_jwks` where the proxy can fetch the keys.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter'],
  check: {
    *manager({ filters }) {
      for (const { message, config } of filters) {
        if (message !== 'JwtAuthentication') continue
        for (const [provider, { local_jwks }] of Object.entries(objectOf(config.providers)).map(
          ([name, one]) => [name, objectOf(one)] as const,
        ))
          if (isObject(local_jwks) && local_jwks.filename === undefined)
            yield { message: `provider ${provider} has its keys as text`, cause: provider }
      }
    },
  },
}
