import { isObject, type JsonObject, objectOf } from '../../../envoy/json.ts'
import { everyObject } from '../../proxy/every-object.ts'
import type { Rule } from '../../rule.ts'

/** A check lets everything through when it cannot be made. */
export const authFailsOpen: Rule = {
  id: 'auth-fails-open',
  profile: 'core',
  severity: 'warning',
  title: 'A check lets everything through when it cannot be made',
  detects:
    '`failure_mode_allow` of external authorization and processing, `fail_open` of Wasm, `allow_missing_or_failed` of tokens.',
  impact: 'When the service that decides is down, or a token is wrong, requests pass as if they were allowed.',
  exceptions: 'Processing and Wasm that do not decide are `info`; rate limits that fail open are usual and left out.',
  fix: 'Decide by hand: for a check that protects something, fail closed.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
  ],
  check: {
    *manager({ filters }) {
      for (const { name, message, config, isDisabled } of filters) {
        if (isDisabled) continue
        const isOpen = message === 'JwtAuthentication' ? allowsFailed(config) : fields.get(message)?.(config)
        if (isOpen === true)
          yield {
            message: `filter ${name} lets requests through when it cannot check them`,
            ...(message === 'ExternalProcessor' || message === 'Wasm' ? { severity: 'info' } : {}),
          }
      }
    },
  },
}

const fields: ReadonlyMap<string, (config: JsonObject) => boolean> = new Map([
  ['ExtAuthz', ({ failure_mode_allow }) => failure_mode_allow === true],
  ['ExternalProcessor', ({ failure_mode_allow }) => failure_mode_allow === true],
  ['Wasm', ({ config }) => objectOf(config).fail_open === true || objectOf(config).failure_policy === 'FAIL_OPEN'],
])

/** Whether a rule takes requests with a token that is wrong. */
function allowsFailed({ rules, requirement_map }: JsonObject): boolean {
  return [...everyObject([rules, requirement_map])].some(({ allow_missing_or_failed }) =>
    isObject(allow_missing_or_failed),
  )
}
