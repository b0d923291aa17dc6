import { type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import { headerMatches } from '../matching/header-match.ts'
import type { Outcome } from '../outcome.ts'
import type { RouteContext } from '../routes/route-match.ts'
import { corsPreflight } from './cors.ts'
import { faultsFor, faultText } from './fault.ts'
import { whyUndecided } from './filter-effects.ts'
import type { HttpFilter } from './http-filters.ts'
import { jwtVerdict } from './jwt.ts'
import { evaluateRbac } from './rbac.ts'
import { extAuthzStandsAside } from './rbac-shadow.ts'

/** What a filter does to the request, as far as the dump tells. */
export interface FilterVerdict {
  readonly name: string
  readonly type: string
  readonly verdict: 'passes' | 'denies' | 'answers' | 'undecided' | 'disabled'
  readonly reason?: string
  /** Name of the RBAC policy that decided. */
  readonly policy?: string
}

export interface Judgement {
  readonly verdict: FilterVerdict
  /** How the request ends when the filter answers it. */
  readonly outcome: Outcome | undefined
  /** The filter holds the request back for a while, in any case. */
  readonly delays?: boolean
}

interface Judged {
  readonly context: RouteContext
  /** Most specific first. */
  readonly levels: readonly JsonObject[]
  readonly cluster: string | undefined
}

/** What one HTTP filter does to the request: passes, answers, or cannot be told from a dump. */
export function judgeFilter(filter: HttpFilter, judged: Judged): Judgement {
  const { name } = filter
  const { message } = filter.filter
  const type = filter.filter.type || message
  const say = (verdict: FilterVerdict['verdict'], reason?: string): Judgement => ({
    verdict: { name, type, verdict, ...(reason === undefined ? {} : { reason }) },
    outcome: undefined,
  })
  const answer = (outcome: Outcome): Judgement => ({
    verdict: { name, type, verdict: outcome.kind === 'denied' ? 'denies' : 'answers', reason: outcome.reason },
    outcome,
  })
  if (filter.disabled) return say('disabled', 'disabled for this route')
  const { context, levels, cluster } = judged
  const config = filter.perRoute?.config ?? filter.filter.config

  if (message === 'RBAC') return judgeRbac(filter, context, say, answer)
  if (message === 'HTTPFault') {
    const faults = faultsFor(config, context.request, cluster, context.runtime)
    const reason = faultText(faults)
    const delays = faults.delay !== undefined && faults.delay.share.numerator >= faults.delay.share.denominator
    if (faults.abort === undefined || reason === undefined) return { ...say('passes', reason), delays }
    const { numerator, denominator } = faults.abort.share
    const hit = context.chance.draw([Math.min(numerator, denominator), Math.max(0, denominator - numerator)]) === 0
    if (!hit) return { ...say('passes', reason), delays }
    const { status } = faults.abort
    return { ...answer({ kind: 'denied', status, flags: 'FI', details: 'fault_filter_abort', reason }), delays }
  }
  if (message === 'HealthCheck') {
    const checks = objectsOf(config.headers)
    const taken =
      config.pass_through_mode !== true && checks.every((check) => headerMatches(check, context.request.headers))
    if (!taken || checks.length === 0) return say('passes')
    if (Object.keys(objectOf(config.cluster_min_healthy_percentages)).length > 0)
      return say('undecided', 'it answers health checks by how many endpoints of its clusters are healthy')
    return answer({
      kind: 'directResponse',
      status: 200,
      details: 'health_check_ok',
      reason: `${name} answers health checks`,
    })
  }
  if (message === 'Cors') {
    const allowed = corsPreflight(context, levels, filter.perRoute?.config)
    if (!allowed) return say('passes')
    return answer({
      kind: 'directResponse',
      status: 200,
      details: 'cors_response',
      reason: `${name} answers the CORS preflight`,
    })
  }
  if (message === 'JwtAuthentication') {
    const { passes, status, details } = jwtVerdict(filter.filter.config, filter.perRoute?.config, context)
    if (passes === true) return say('passes')
    if (passes === undefined) return say('undecided', 'whether the token is valid cannot be known from a dump')
    const reason =
      status === 401 ? `${name} requires a token and none is sent` : `${name} has no requirement of the route's name`
    return answer({ kind: 'denied', status, details, reason })
  }
  if (message === 'ExtAuthz' && extAuthzStandsAside(config, context.known.dynamicMetadata)) {
    return say('passes', 'the rules before it do not ask for the authorization service')
  }
  const why = whyUndecided(filter)
  return why === undefined ? say('passes') : say('undecided', why)
}

function judgeRbac(
  filter: HttpFilter,
  context: RouteContext,
  say: (verdict: FilterVerdict['verdict'], reason?: string) => Judgement,
  answer: (outcome: Outcome) => Judgement,
): Judgement {
  // RBACPerRoute without rbac turns the filter off for the route.
  const override = filter.perRoute?.config
  const config = override === undefined ? filter.filter.config : objectOf(override.rbac)
  const { allowed, details, reason, policy } = evaluateRbac(config, context)
  const named = ({ verdict, outcome }: Judgement): Judgement => ({
    verdict: { ...verdict, ...(policy === undefined ? {} : { policy }) },
    outcome,
  })
  if (allowed === undefined) return say('undecided', reason)
  if (allowed) return named(say('passes', reason))
  return named(answer({ kind: 'denied', status: 403, details, reason: `${filter.name}: ${reason}` }))
}
