import { type CredentialAnswers, type CredentialReasons, credentialTexts } from './credential-reasons.ts'
import { policySentence } from './policy-sentence.ts'
import type { NoArgs, Texts } from './texts.ts'
import { type UnknownFact, unknownText } from './unknown-facts.ts'

/** Why the CORS filter does not answer a preflight. */
export type CorsMismatch = 'no-route' | 'no-forwarding' | 'no-policy' | 'off' | 'origin'

const corsTexts: Readonly<Record<CorsMismatch, string>> = {
  'no-route': 'no route matches it',
  'no-forwarding': 'the route does not forward to a cluster',
  'no-policy': 'neither route nor virtual host has a policy',
  off: 'the policy is switched off',
  origin: 'the policy does not allow the origin',
}

/** Why an HTTP or network filter can end a request. */
export interface FilterAnswers extends CredentialAnswers {
  'ecds-not-delivered': NoArgs
  'ext-authz-denies-when-off': { readonly field: string }
  'rbac-denied': { readonly policy: string }
  'rbac-no-policy-matches': { readonly action: string }
  'rbac-matcher-no-match': NoArgs
  'matcher-input-unknown': { readonly input: string }
  'matcher-unknown': { readonly matcher: string }
  'depends-on-unknown': { readonly unknown: readonly UnknownFact[] }
  'fault-injected': { readonly delay?: FaultDelay | undefined; readonly abort?: FaultAbort | undefined }
  /** `most`: bytes that the filter takes. */
  'body-too-large': { readonly bytes: number; readonly max: number }
  'health-check-answered': NoArgs
  'host-empty': NoArgs
  'cors-preflight-answered': NoArgs
  'connection-answered': NoArgs
  'routes-by-own-protocol': NoArgs
}

/** Why an HTTP or network filter passes, answers or cannot be decided. */
export interface FilterReasons extends FilterAnswers, CredentialReasons {
  'filter-disabled': NoArgs
  'cors-preflight-passed': { readonly origin: string; readonly mismatch: CorsMismatch }
  /** Of a request that is no preflight. */
  'cors-origin-not-allowed': { readonly origin: string }
  'filter-unknown': { readonly type: string }
  'ecds-missing': NoArgs
  'filter-switched-off': { readonly field: string }
  'filter-skipped': NoArgs
  'no-filter-chosen': NoArgs
  'rate-limit-no-descriptor': NoArgs
  'rate-limit-no-bucket': NoArgs
  'rate-limit-descriptors-decide': { readonly descriptors: readonly string[] }
  'method-not-cached': { readonly method: string }
  'service-not-called': NoArgs
  'rbac-no-rules': NoArgs
  'rbac-logs-only': NoArgs
  'rbac-allowed': { readonly policy: string }
  'rbac-logged': { readonly policy: string }
  'rbac-cel-condition': { readonly policy: string }
  'rbac-policy-undecided': { readonly policy: string }
  'rbac-policy-depends-on-unknown': { readonly policy: string; readonly unknown: readonly UnknownFact[] }
  'health-check-by-endpoints': NoArgs
  'session-names-endpoint': { readonly address: string }
  'session-may-have-expired': { readonly address: string }
  'session-kind-unknown': NoArgs
  'cdn-loop-header-decides': NoArgs
  'ext-authz-not-asked': NoArgs
  'authorization-service-decides': NoArgs
  'rate-limit-service-decides': NoArgs
  'depends-on-earlier-requests': NoArgs
  'depends-on-earlier-connections': NoArgs
  'depends-on-open-connections': NoArgs
  'depends-on-failed-requests': NoArgs
  'depends-on-active-requests': NoArgs
  'external-processor-decides': NoArgs
  'policy-service-decides': NoArgs
  'request-body-decides': NoArgs
  'request-rewritten': NoArgs
  'filter-chosen-per-request': NoArgs
  'filter-chosen-per-connection': NoArgs
  'cache-can-answer': NoArgs
  'script-can-answer': NoArgs
  'module-can-answer': NoArgs
  'module-can-close': NoArgs
  'function-answers': NoArgs
  'responses-replaced': NoArgs
  /** `mapper`: place in local_reply_config, from 0. */
  'reply-mapper-undecided': { readonly mapper: number }
  'custom-response-undecided': NoArgs
}

interface FaultDelay {
  /** As configured: `7s`, `20ms`. */
  readonly duration: string
  readonly percent: number
}

interface FaultAbort {
  readonly status: number
  readonly percent: number
}

const depends = (on: string) => (): string => `it depends on ${on}`

export const filterTexts: Texts<FilterReasons> = {
  ...credentialTexts,
  'cors-preflight-passed': ({ origin, mismatch }) =>
    `does not answer the preflight from ${origin}: ${corsTexts[mismatch]}`,
  'cors-origin-not-allowed': ({ origin }) =>
    `adds no Access-Control-Allow-Origin, for the policy does not allow ${origin}: browsers keep the answer from the page`,
  'filter-disabled': () => 'disabled for this route',
  'filter-unknown': ({ type }) => `this program does not know what ${type} does`,
  'ecds-missing': () => 'its configuration (ECDS) is not in the dump',
  'ecds-not-delivered': () => 'its configuration (ECDS) has not come, and it has no default_config',
  'filter-switched-off': ({ field }) => `${field} switches it off`,
  'filter-skipped': () => 'its matcher skips it',
  'no-filter-chosen': () => 'its matcher chooses no filter',
  'rate-limit-no-descriptor': () => 'no descriptor is made of the request, so the service is not called',
  'rate-limit-no-bucket': () => 'no token bucket limits the request',
  'rate-limit-descriptors-decide': () => 'the rate limit service decides',
  'method-not-cached': ({ method }) => `requests with the method ${method} are not cached`,
  'service-not-called': () => 'its settings ask the service for nothing before the response',
  'rbac-no-rules': () => 'has no rules',
  'rbac-logs-only': () => 'only logs',
  'rbac-allowed': ({ policy }) => policySentence('rbac-allowed', `policy ${policy}`),
  'rbac-logged': ({ policy }) => policySentence('rbac-logged', `policy ${policy}`),
  'rbac-denied': ({ policy }) => policySentence('rbac-denied', `policy ${policy}`),
  'rbac-no-policy-matches': ({ action }) => `no ${action} policy matches`,
  'rbac-matcher-no-match': () => 'nothing in its matcher tree matches',
  'rbac-cel-condition': ({ policy }) => policySentence('rbac-cel-condition', `policy ${policy}`),
  'rbac-policy-undecided': ({ policy }) => policySentence('rbac-policy-undecided', `policy ${policy}`),
  'rbac-policy-depends-on-unknown': ({ policy, unknown }) =>
    policySentence('rbac-policy-depends-on-unknown', `policy ${policy}`, unknown),
  'depends-on-unknown': ({ unknown }) => `it depends on ${unknownText(unknown)}`,
  'matcher-input-unknown': ({ input }) => `the value of the matcher input ${input} is not in a dump`,
  'matcher-unknown': ({ matcher }) => `${matcher} cannot be evaluated from a dump`,
  'fault-injected': ({ delay, abort }) => {
    const faults = [
      ...(delay === undefined ? [] : [`delays ${delay.percent} % of requests by ${delay.duration}`]),
      ...(abort === undefined ? [] : [`aborts ${abort.percent} % of requests`]),
    ]
    return `fault injection ${faults.join(' and ')}`
  },
  'host-empty': () => 'the request names no host to look up',
  'session-names-endpoint': ({ address }) => `the session belongs to ${address}`,
  'session-may-have-expired': ({ address }) =>
    `the session belongs to ${address}, unless it has expired by the proxy's own clock`,
  'session-kind-unknown': () => 'this program does not know this kind of session state',
  'body-too-large': ({ bytes, max }) =>
    `a body of ${bytes} bytes (content-length) is more than the ${max} of max_request_bytes`,
  'health-check-answered': () => 'answers health checks',
  'health-check-by-endpoints': () => 'it answers health checks by how many endpoints of its clusters are healthy',
  'cors-preflight-answered': () => 'answers the CORS preflight',
  'cdn-loop-header-decides': () => 'the CDN-Loop header decides',
  'ext-authz-not-asked': () => 'the rules before it do not ask for the authorization service',
  'ext-authz-denies-when-off': ({ field }) =>
    `${field} switches it off, and deny_at_disable denies what it is not asked for`,
  'authorization-service-decides': () => 'the authorization service decides',
  'rate-limit-service-decides': () => 'the rate limit service decides',
  'depends-on-earlier-requests': depends('how many requests came before'),
  'depends-on-earlier-connections': depends('how many connections came before'),
  'depends-on-open-connections': depends('how many connections are open'),
  'depends-on-failed-requests': depends('how many requests failed before'),
  'depends-on-active-requests': depends('how many requests are under way'),
  'external-processor-decides': () => 'the external processor can answer, change the request or route again',
  'policy-service-decides': () => 'the policy service (Mixer) decides',
  'request-body-decides': () => 'the body of the request decides',
  'request-rewritten': () => 'it rewrites the request',
  'filter-chosen-per-request': () => 'it runs a filter that it chooses per request',
  'filter-chosen-per-connection': () => 'it runs a filter that it chooses per connection',
  'cache-can-answer': () => 'a cached response may answer',
  'script-can-answer': () => 'its script can answer, change the request or route again',
  'module-can-answer': () => 'its module can answer, change the request or route again',
  'module-can-close': () => 'its module can close the connection',
  'function-answers': () => 'it sends the request to a function and answers with the result',
  'reply-mapper-undecided': ({ mapper }) =>
    `whether mapper ${mapper + 1} matches the answer is not decidable from a dump`,
  'custom-response-undecided': () => 'whether it replaces the answer is not decidable from a dump',
  'responses-replaced': () => 'replaces the responses that its matcher matches, of upstreams as well',
  'connection-answered': () => 'answers the connection',
  'routes-by-own-protocol': () => 'routes by its own protocol, which this program does not follow',
}
