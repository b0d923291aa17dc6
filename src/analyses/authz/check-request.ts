import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { FilterVerdict } from '../../semantics/filters/filter-result.ts'
import { outcomeText } from '../../semantics/outcome-text.ts'
import { policySentence } from '../../semantics/reasons/policy-sentence.ts'
import type { FilterReason, OutcomeReason } from '../../semantics/reasons/reason.ts'
import { type ReasonDocument, reasonText } from '../../semantics/reasons/reason-text.ts'
import { trace } from '../trace/walk/trace.ts'
import type { Alternative, Hop } from '../trace/walk/trace-result.ts'
import { authzReason } from './authz-reasons.ts'
import { type AuthzRequest, traceRequestOf } from './authz-request.ts'
import { policyId } from './policy-id.ts'

/** Whether a proxy lets a request in. */
export interface AuthzAnswer {
  /** `undecided` when the dump does not tell: an external service, a token, a script decides. */
  readonly verdict: 'allowed' | 'denied' | 'undecided'
  /** The AuthorizationPolicy that decided, as `NAME.NAMESPACE`. */
  readonly policy: string | undefined
  readonly reason: ReasonDocument
  readonly steps: readonly AuthzStep[]
}

/** What one filter says to it. */
export interface AuthzStep {
  readonly listener: string
  readonly filterChain: string
  readonly filter: string
  readonly verdict: FilterVerdict['verdict']
  readonly policy: string | undefined
  readonly reason: ReasonDocument | undefined
}

/** Follows the request to the filters that authorize and asks each of them. Pure; everything comes from the dump. */
export function checkRequest(dump: ConfigDump, request: AuthzRequest): AuthzAnswer {
  const { alternatives } = trace({ dump, request: traceRequestOf(dump, request) })
  const answers = alternatives.map(answerOf)
  const [first, ...others] = answers
  if (first === undefined) throw new Error('a trace without alternatives')
  const odd = others.find(({ verdict }) => verdict !== first.verdict)
  if (odd === undefined) return first
  return {
    ...first,
    verdict: 'undecided',
    reason: authzReason('chance-decides', { reasons: [first.reason, odd.reason] }),
  }
}

function answerOf({ hops, outcome }: Alternative): AuthzAnswer {
  const steps = hops.flatMap(stepsOf)
  const { kind } = outcome
  const reason = { ...outcome.reason, text: outcomeText(outcome) }
  if (policyDenials.has(outcome.reason.code)) {
    const denier = steps.findLast(({ verdict }) => verdict === 'denies')
    return { verdict: 'denied', policy: denier?.policy, reason: denier?.reason ?? reason, steps }
  }
  // Once a cluster is chosen every filter has had its say: what is not known of the cluster says nothing about who may come in.
  const authorized = hops.at(-1)?.cluster !== undefined
  if (kind === 'undecidable' && !authorized) return { verdict: 'undecided', policy: undefined, reason, steps }
  // Faults are injected on purpose: they say nothing about who may come in.
  const refused = kind === 'noListener' || kind === 'noFilterChain' || (kind === 'denied' && outcome.flags !== 'FI')
  if (refused) {
    const text = `not by a policy: ${reason.text}`
    return { verdict: 'denied', policy: undefined, reason: { ...reason, text }, steps }
  }
  const open = steps.find(({ verdict }) => verdict === 'undecided')
  if (open?.reason !== undefined) {
    const text = `${open.filter}: ${open.reason.text}`
    return { verdict: 'undecided', policy: open.policy, reason: { ...open.reason, text }, steps }
  }
  const allower = steps.findLast(({ policy }) => policy !== undefined)
  const allowed = allower?.reason ?? authzReason('no-policy-denies', {})
  // Policies of routes were not asked then.
  const text = kind === 'noRoute' ? `${allowed.text}; but ${reason.text}` : allowed.text
  return { verdict: 'allowed', policy: allower?.policy, reason: { ...allowed, text }, steps }
}

/** RBAC ends a request for these. */
const policyDenials: ReadonlySet<OutcomeReason['code']> = new Set([
  'rbac-denied',
  'rbac-no-policy-matches',
  'rbac-matcher-no-match',
])

/** The filters of a hop that authorize. */
function stepsOf({ listener, filterChain = '', filters = [] }: Hop): AuthzStep[] {
  return filters
    .filter(({ authorizes }) => authorizes)
    .map(({ name, verdict, policy, reason }) => ({
      listener,
      filterChain,
      filter: name,
      verdict,
      policy: policy === undefined ? undefined : policyId(policy).name,
      reason: reason === undefined ? undefined : { ...reason, text: inWords(reason) },
    }))
}

/** Envoy's names of rules as authors of policies know them: `rule 0 of allow-get.default`. */
function inWords(reason: FilterReason): string {
  switch (reason.code) {
    case 'rbac-allowed':
    case 'rbac-logged':
    case 'rbac-denied':
    case 'rbac-cel-condition':
    case 'rbac-policy-undecided': {
      const { name, rule } = policyId(reason.args.policy)
      return rule === '' ? reasonText(reason) : policySentence(reason.code, `rule ${rule} of ${name}`)
    }
    case 'rbac-policy-depends-on-unknown': {
      const { name, rule } = policyId(reason.args.policy)
      const { unknown } = reason.args
      return rule === '' ? reasonText(reason) : policySentence(reason.code, `rule ${rule} of ${name}`, unknown)
    }
    default:
      return reasonText(reason)
  }
}
