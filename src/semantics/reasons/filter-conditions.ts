import type { FilterReasons } from './filter-reasons.ts'
import type { Reason } from './reason.ts'
import { unknownText } from './unknown-facts.ts'

type Clause<Args> = (args: Args, filter: string) => string

const passes = (_: unknown, filter: string): string => `${filter} lets it pass`
const answersNothing = (_: unknown, filter: string): string => `${filter} does not answer it`

/**
 * What has to hold where a filter cannot be decided, as the clause behind "if". A filter is undecided for one of these reasons
 * and no other; `filter` is its name.
 */
export const conditionClauses = {
  'filter-unknown': passes,
  'ecds-missing': passes,
  'rbac-cel-condition': ({ policy }) => `the CEL condition of policy ${policy} lets it pass`,
  'rbac-policy-undecided': ({ policy }) => `policy ${policy} lets it pass`,
  'rbac-policy-depends-on-unknown': ({ policy, unknown }) =>
    `policy ${policy} lets it pass, depending on ${unknownText(unknown)}`,
  'depends-on-unknown': ({ unknown }, filter) => `${filter} lets it pass, depending on ${unknownText(unknown)}`,
  'matcher-input-unknown': ({ input }, filter) => `${filter} lets it pass, depending on the matcher input ${input}`,
  'matcher-unknown': ({ matcher }, filter) => `${filter} lets it pass, depending on the matcher ${matcher}`,
  'health-check-by-endpoints': answersNothing,
  'jwt-token-unchecked': () => 'the token is valid',
  'jwt-time-unknown': () => 'the token is valid at that time',
  'jwt-issuer-unknown': () => 'the token is of an issuer that is accepted (--claim iss=ISSUER)',
  'jwt-audience-unknown': () => 'the token is for an audience that is accepted (--claim aud=AUDIENCE)',
  'session-decides': () => 'there is a session',
  'session-may-have-expired': ({ address }) => `its session with ${address} has not expired`,
  'session-kind-unknown': (_, filter) => `${filter} finds no session`,
  'credentials-decide': () => 'the credentials are right',
  'api-key-decides': () => 'the key is right',
  'authentication-policy-decides': () => 'the authentication policy allows it',
  'authentication-service-decides': () => 'the authentication service allows it',
  'cdn-loop-header-decides': () => 'the CDN-Loop header shows no loop',
  'authorization-service-decides': () => 'the authorization service allows it',
  'rate-limit-service-decides': () => 'the rate limit service allows it',
  'rate-limit-descriptors-decide': () => 'the rate limit service allows it',
  'policy-service-decides': () => 'the policy service (Mixer) allows it',
  'depends-on-earlier-requests': () => 'the limit of requests is not reached',
  'depends-on-earlier-connections': () => 'the limit of new connections is not reached',
  'depends-on-open-connections': () => 'the limit of open connections is not reached',
  'depends-on-failed-requests': () => 'few enough requests failed before (admission control)',
  'depends-on-active-requests': () => 'few enough requests are under way (adaptive concurrency)',
  'external-processor-decides': () => 'the external processor lets it pass as it is',
  'request-body-decides': (_, filter) => `${filter} lets its body pass`,
  'request-rewritten': (_, filter) => `${filter} changes nothing that routes go by`,
  'filter-chosen-per-request': (_, filter) => `the filter that ${filter} chooses lets it pass`,
  'filter-chosen-per-connection': (_, filter) => `the filter that ${filter} chooses lets it pass`,
  'cache-can-answer': () => 'no cached response answers it',
  'script-can-answer': () => 'the script lets it pass as it is',
  'module-can-answer': () => 'the module lets it pass as it is',
  'module-can-close': () => 'the module lets the connection pass',
  'function-answers': answersNothing,
  'routes-by-own-protocol': answersNothing,
  'reply-mapper-undecided': ({ mapper }) => `mapper ${mapper + 1} of local_reply_config does not match the answer`,
  'custom-response-undecided': (_, filter) => `${filter} leaves the answer as it is`,
} satisfies { readonly [Code in keyof FilterReasons]?: Clause<FilterReasons[Code]> }

type ConditionCode = keyof typeof conditionClauses

/** Why a filter cannot be decided. */
export type UndecidedReason = Reason<ConditionCode>

/** What a request depends on: a filter on its way that cannot be decided. */
export interface Condition {
  readonly filter: string
  readonly reason: UndecidedReason
}

const texts: { readonly [Code in ConditionCode]: Clause<FilterReasons[Code]> } = conditionClauses

/** The clause behind "if": `the authorization service allows it`. */
export function conditionText({ filter, reason }: Condition): string {
  return clauseOf(reason, filter)
}

function clauseOf<Code extends ConditionCode>(
  { code, args }: { readonly code: Code; readonly args: FilterReasons[Code] },
  filter: string,
): string {
  return texts[code](args, filter)
}
