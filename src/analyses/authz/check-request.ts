import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { FilterVerdict } from '../../semantics/filters/filter-result.ts'
import { outcomeText } from '../../semantics/outcome-text.ts'
import { policySentence } from '../../semantics/reasons/policy-sentence.ts'
import type { FilterReason } from '../../semantics/reasons/reason.ts'
import { reasonText } from '../../semantics/reasons/reason-text.ts'
import { trace } from '../trace/walk/trace.ts'
import type { Alternative, Hop } from '../trace/walk/trace-result.ts'
import { type AuthzRequest, traceRequestOf } from './authz-request.ts'
import { policyId } from './policy-id.ts'

/** Whether a proxy lets a request in. */
export interface AuthzAnswer {
  /** `undecided` when the dump does not tell: an external service, a token, a script decides. */
  readonly verdict: 'allowed' | 'denied' | 'undecided'
  /** The AuthorizationPolicy that decided, as `NAME.NAMESPACE`. */
  readonly policy: string | undefined
  readonly reason: string
  readonly steps: readonly AuthzStep[]
}

/** What one filter says to it. */
export interface AuthzStep {
  readonly listener: string
  readonly filterChain: string
  readonly filter: string
  readonly verdict: FilterVerdict['verdict']
  readonly policy: string | undefined
  readonly reason: string
}

/** Follows the request to the filters that authorize and asks each of them. Pure; everything comes from the dump. */
export function checkRequest(dump: ConfigDump, request: AuthzRequest): AuthzAnswer {
  const { alternatives } = trace({ dump, request: traceRequestOf(dump, request) })
  const answers = alternatives.map(answerOf)
  const [first, ...others] = answers
  if (first === undefined) throw new Error('a trace without alternatives')
  const odd = others.find(({ verdict }) => verdict !== first.verdict)
  if (odd === undefined) return first
  return { ...first, verdict: 'undecided', reason: `chance decides: ${first.reason}, or ${odd.reason}` }
}

function answerOf({ hops, outcome }: Alternative): AuthzAnswer {
  const steps = hops.flatMap(stepsOf)
  const { kind, details = '' } = outcome
  const reason = outcomeText(outcome)
  if (details.startsWith('rbac_access_denied')) {
    const denier = steps.findLast(({ verdict }) => verdict === 'denies')
    return { verdict: 'denied', policy: denier?.policy, reason: denier?.reason ?? reason, steps }
  }
  // Once a cluster is chosen every filter has had its say: what is not known of the cluster says nothing about who may come in.
  const authorized = hops.at(-1)?.cluster !== undefined
  if (kind === 'undecidable' && !authorized) return { verdict: 'undecided', policy: undefined, reason, steps }
  // Faults are injected on purpose: they say nothing about who may come in.
  const refused = kind === 'noListener' || kind === 'noFilterChain' || (kind === 'denied' && outcome.flags !== 'FI')
  if (refused) return { verdict: 'denied', policy: undefined, reason: `not by a policy: ${reason}`, steps }
  const open = steps.find(({ verdict }) => verdict === 'undecided')
  if (open !== undefined) {
    return { verdict: 'undecided', policy: open.policy, reason: `${open.filter}: ${open.reason}`, steps }
  }
  const allower = steps.findLast(({ policy }) => policy !== undefined)
  const allowed = allower?.reason ?? 'no policy denies it'
  // Policies of routes were not asked then.
  const but = kind === 'noRoute' ? `; but ${reason}` : ''
  return { verdict: 'allowed', policy: allower?.policy, reason: `${allowed}${but}`, steps }
}

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
      reason: reason === undefined ? '' : inWords(reason),
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
