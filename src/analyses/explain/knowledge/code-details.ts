import type { Cause } from './cause/cause.ts'
import { accessFilterDetails } from './details/access-filters.ts'
import type { CodeDetail } from './details/code-detail.ts'
import { codecDetails } from './details/codecs.ts'
import { requestCheckDetails } from './details/request-checks.ts'
import { routerDetails } from './details/router.ts'
import { streamEndDetails } from './details/stream-ends.ts'
import { tokenDetails } from './details/tokens.ts'
import { trafficFilterDetails } from './details/traffic-filters.ts'
import { upstreamResets } from './details/upstream-resets.ts'
import { transportFailure } from './transport-failures.ts'

/** Every value of `%RESPONSE_CODE_DETAILS%` that this program knows, but for those with a reset in braces. */
export const codeDetails: readonly CodeDetail[] = [
  ...routerDetails,
  ...requestCheckDetails,
  ...streamEndDetails,
  ...codecDetails,
  ...accessFilterDetails,
  ...tokenDetails,
  ...trafficFilterDetails,
]

const whole = new Map(codeDetails.filter(({ isPrefix }) => !isPrefix).map((each) => [each.code, each]))
/** The longest first: `overload` begins what others begin with as well. */
const beginnings = codeDetails.filter(({ isPrefix }) => isPrefix).toSorted((a, b) => b.code.length - a.code.length)
const resets = new Map(upstreamResets.map((each) => [each.code, each]))

/** A value of `%RESPONSE_CODE_DETAILS%`, read. */
export interface KnownDetail {
  readonly cause: Cause
  /** The value without what is about this one request, to count those that are alike. */
  readonly kind: string
}

/** What a value means; undefined for one that this program does not know, such as that of an own filter. */
export function codeDetail(value: string): KnownDetail | undefined {
  const reset = /^upstream_reset_(before|after)_response_started\b(?:\{(.*)\}?)?/.exec(value)
  if (reset !== null) return upstreamReset(reset[1] === 'after', reset[2]?.replace(/\}$/, '') ?? '')
  const exact = whole.get(value)
  if (exact !== undefined) return { cause: exact, kind: exact.code }
  const begins = beginnings.find(({ code }) => value.startsWith(code))
  if (begins !== undefined) return { cause: begins, kind: isNamed(begins.code) ? value : begins.code }
  const plain = /^([\w.]+)[{[(]/.exec(value)?.[1]
  const inner = plain === undefined ? undefined : whole.get(plain)
  return inner && { cause: inner, kind: inner.code }
}

/** What stands behind these is a policy or a reason, of which there are few. */
function isNamed(code: string): boolean {
  return code === 'rbac_access_denied' || code === 'jwt_authn_access_denied' || code.startsWith('downstream_local')
}

/** `remote_connection_failure|delayed_connect_error:_111`; a comma and spaces in older versions: `connection failure,TLS error: …`. */
function upstreamReset(late: boolean, inside: string): KnownDetail | undefined {
  const [, reason = '', transport = ''] = /^([a-z0-9_/ -]*)(?:[|,](.*))?$/is.exec(inside) ?? []
  const known = resets.get(reason.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'))
  const failure = transport === '' ? undefined : transportFailure(transport)
  const cause = failure ?? known ?? unnamedReset
  const kind = `upstream_reset_${late ? 'after' : 'before'}_response_started{${known?.code ?? ''}}`
  return { cause: late ? { ...cause, meaning: `${cause.meaning}, after the answer had begun` } : cause, kind }
}

const unnamedReset: Cause = {
  title: 'reset by upstream',
  meaning: 'The stream to the upstream server was reset',
  by: 'upstream',
  sure: 'unclear',
  fields: ['retry_policy.retry_on'],
  next: 'Look at the log of the server.',
  source: 'constants',
}
