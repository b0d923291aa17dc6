import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { FilterVerdict } from '../../semantics/filters/filter-result.ts'
import type { OutcomeKind } from '../../semantics/outcome.ts'
import { outcomeText } from '../../semantics/outcome-text.ts'
import { policySentence } from '../../semantics/reasons/policy-sentence.ts'
import type { FilterReason, OutcomeReason } from '../../semantics/reasons/reason.ts'
import { type ReasonDocument, reasonText } from '../../semantics/reasons/reason-text.ts'
import type { TraceRequest } from '../../semantics/request.ts'
import { trace } from '../../walk/trace.ts'
import type { Alternative, Hop } from '../../walk/trace-result.ts'
import { authzReason } from './authz-reasons.ts'
import { type MissedPolicyDocument, missedPolicyDocument, missedText } from './missed-policy.ts'
import { policyId, ruleName } from './policy-id.ts'

/** Whether a proxy lets a request in. */
export interface AuthzAnswer {
  /**
   * `undecided` when the dump does not tell: an external service, a token, a script decides. `not reached` when the request ends
   * before all filters that authorize had their say, and none of them denied it.
   */
  readonly verdict: 'allowed' | 'denied' | 'undecided' | 'not reached'
  /** The AuthorizationPolicy that decided, as `NAME.NAMESPACE`. */
  readonly policy: string | undefined
  readonly reason: ReasonDocument
  readonly steps: readonly AuthzStep[]
}

/** What one filter says to it. */
export interface AuthzStep {
  readonly listener: string
  readonly filterChain: string
  /** The route whose policies count, where there is one. */
  readonly route?: string
  readonly filter: string
  readonly verdict: FilterVerdict['verdict']
  readonly policy: string | undefined
  readonly reason: ReasonDocument | undefined
  /** ALLOW policies, where none matches: what the request lacks for each. Those that lack least come first. */
  readonly missed?: readonly MissedPolicyDocument[]
}

/** What is found of a request. */
interface Checked {
  readonly answer: AuthzAnswer
  /** What else is to be known of it. */
  readonly notes: readonly string[]
}

/** The same of a request that can come to several ports of the proxy: decided where it is the same at each. */
export function checkAtEachPort(dump: ConfigDump, request: TraceRequest, others: readonly TraceRequest[]): Checked {
  const first = checkRequest(dump, request)
  const more = others.map((other) => checkRequest(dump, other))
  const same = more.every(({ answer }) => answer.verdict === first.answer.verdict)
  if (same) return first
  const ports = [request, ...others].map(({ destination }) => destination.port)
  const answers = [first, ...more].map(({ answer }, place) => ({ port: ports[place] ?? 0, verdict: answer.verdict }))
  const steps = [first, ...more].flatMap(({ answer }) => answer.steps)
  const reason = authzReason('target-port-decides', { answers })
  return { answer: { verdict: 'undecided', policy: undefined, reason, steps }, notes: first.notes }
}

/**
 * Follows the request to the filters that authorize and asks each of them. Pure; everything comes from the dump.
 */
export function checkRequest(dump: ConfigDump, request: TraceRequest): Checked {
  const { alternatives } = trace({ dump, request })
  const warnings = alternatives.flatMap(({ hops }) => hops.flatMap((hop) => hop.warnings ?? []))
  const notes = warnings.filter(({ code }) => code === 'client-not-passed-on').map((warning) => reasonText(warning))
  return { answer: answerOfAll(alternatives.map(answerOf)), notes: [...new Set(notes)] }
}

function answerOfAll(answers: readonly AuthzAnswer[]): AuthzAnswer {
  // What chance ends early, as a fault that is injected on purpose does, says nothing about who may come in.
  const reached = answers.filter(({ verdict }) => verdict !== 'not reached')
  const [first, ...others] = reached.length > 0 ? reached : answers
  if (first === undefined) throw new Error('a trace without alternatives')
  const odd = others.find(({ verdict }) => verdict !== first.verdict)
  if (odd === undefined) return first
  return {
    ...first,
    verdict: 'undecided',
    reason: authzReason('chance-decides', { reasons: [first.reason, odd.reason] }),
  }
}

function answerOf({ hops: all, outcome }: Alternative): AuthzAnswer {
  const hops = untilAnswered(all)
  const steps = hops.flatMap(stepsOf)
  const reason = { ...outcome.reason, text: outcomeText(outcome) }
  if (hops.at(-1)?.passedFilters !== true) return endedBefore(steps, outcome.kind, reason)
  const open = steps.find(({ verdict }) => verdict === 'undecided')
  if (open?.reason !== undefined) {
    const text = `${open.filter}: ${open.reason.text}`
    return { verdict: 'undecided', policy: open.policy, reason: { ...open.reason, text }, steps }
  }
  const allower = steps.findLast(({ policy }) => policy !== undefined)
  const allowed = allower?.reason ?? authzReason('no-policy-denies', {})
  // Policies of routes were not asked then.
  const text = outcome.kind === 'noRoute' ? `${allowed.text}; but ${reason.text}` : allowed.text
  return { verdict: 'allowed', policy: allower?.policy, reason: { ...allowed, text }, steps }
}

/** Without the request of Envoy's own for the response of a custom_response filter: it comes after the client's has its answer. */
function untilAnswered(hops: readonly Hop[]): readonly Hop[] {
  const end = hops.findIndex(({ reasons }) => reasons.listener?.code === 'listener-of-custom-response')
  return end < 0 ? hops : hops.slice(0, end)
}

/** The answer to a request that ends before the last filter. */
function endedBefore(steps: readonly AuthzStep[], kind: OutcomeKind, reason: ReasonDocument): AuthzAnswer {
  const denier = steps.at(-1)
  if (denier?.verdict === 'denies') {
    const own = denier.reason ?? reason
    const isPolicy = policyDenials.has(own.code)
    const why = isPolicy ? own : { ...reason, text: `not by a policy: ${reason.text}` }
    return { verdict: 'denied', policy: denier.policy, reason: why, steps }
  }
  return { verdict: kind === 'undecidable' ? 'undecided' : 'not reached', policy: undefined, reason, steps }
}

/** RBAC ends a request for these. */
const policyDenials: ReadonlySet<string> = new Set<OutcomeReason['code']>([
  'rbac-denied',
  'rbac-no-policy-matches',
  'rbac-matcher-no-match',
])

/** The filters of a hop that authorize. */
function stepsOf({ listener, filterChain = '', routeMatch, filters = [] }: Hop): AuthzStep[] {
  return filters
    .filter(({ authorizes }) => authorizes)
    .map(({ name, verdict, policy, reason, missed: policies = [] }) => {
      const missed = policies.map(missedPolicyDocument)
      return {
        listener,
        filterChain,
        ...(routeMatch === undefined ? {} : { route: routeMatch }),
        filter: name,
        verdict,
        policy: policy === undefined ? undefined : policyId(policy).name,
        reason: reason === undefined ? undefined : { ...reason, text: `${inWords(reason)}${missedText(missed)}` },
        ...(missed.length === 0 ? {} : { missed }),
      }
    })
}

/** Envoy's names of rules as authors of policies know them: `rule 0 of allow-get.default`, `meshtrafficpermission/allow-all`. */
function inWords(reason: FilterReason): string {
  switch (reason.code) {
    case 'rbac-allowed':
    case 'rbac-logged':
    case 'rbac-denied':
    case 'rbac-cel-condition':
    case 'rbac-policy-undecided':
      return policySentence(reason.code, ruleName(reason.args.policy))
    case 'rbac-policy-depends-on-unknown':
      return policySentence(reason.code, ruleName(reason.args.policy), reason.args.unknown)
    default:
      return reasonText(reason)
  }
}
