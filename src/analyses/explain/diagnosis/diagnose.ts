import type { Cause } from '../knowledge/cause/cause.ts'
import { codeDetail, type KnownDetail } from '../knowledge/code-details.ts'
import { downstreamFailure } from '../knowledge/downstream-failures.ts'
import type { ResponseFlag } from '../knowledge/flags/response-flag.ts'
import { flagsOf } from '../knowledge/response-flags.ts'
import { termination } from '../knowledge/terminations.ts'
import { transportFailure } from '../knowledge/transport-failures.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import { statusCause } from './status-cause.ts'

/** What a line says of why a request failed. */
export interface Diagnosis {
  /** What failed. */
  readonly cause: Cause
  /** What the line says besides: other flags, delays, retries that were used up. */
  readonly otherFlags: readonly Cause[]
  /** Values of flags, details and reasons that this program does not know. */
  readonly unknown: readonly string[]
  /** Of the details, what lines of one kind have in common. */
  readonly detail: string | undefined
}

/**
 * Why a request failed, as far as its line tells. What is most particular decides: why a connection could not be made, then the details,
 * then how the connection ended, then the flags, then the status.
 */
export function diagnose(line: LoggedRequest): Diagnosis {
  const flags = flagsOf(line.get('flags'))
  const detail = line.get('details')
  const known = detail === undefined ? undefined : codeDetail(detail)
  const candidates = candidatesOf(line, flags, known)
  const cause = candidates[0] ?? statusCause(line)
  return {
    cause: withFlag(cause, flags),
    otherFlags: flags.filter((flag) => flag !== cause && flag.isAside === true),
    unknown: unknownValues(line, known),
    detail: known?.kind ?? detail,
  }
}

/** What each value says, the most particular first. */
function candidatesOf(line: LoggedRequest, flags: readonly ResponseFlag[], known: KnownDetail | undefined): Cause[] {
  const [upstream, downstream, ending] = (['transportFailure', 'downstreamFailure', 'termination'] as const).map(
    (field) => line.get(field),
  )
  const main = flags.find(({ isAside }) => isAside !== true)
  const plain = known !== undefined && plainDetails.has(known.kind)
  return [
    upstream === undefined ? undefined : transportFailure(upstream),
    downstream === undefined ? undefined : downstreamFailure(downstream),
    known === undefined || plain ? undefined : known.cause,
    ending === undefined ? undefined : termination(ending),
    main,
    flags.find(({ isAside }) => isAside === true && !isHarmless(line)),
  ].filter((cause) => cause !== undefined)
}

/** These only say who wrote the status; a flag or the status itself says more. */
const plainDetails: ReadonlySet<string> = new Set(['via_upstream', 'direct_response'])

/** A delay or an answer of the cache is no reason to fail. */
function isHarmless(line: LoggedRequest): boolean {
  return (line.get('flags') ?? '').split(',').every((flag) => flag === 'DI' || flag === 'RFCF')
}

/** Flags that say which side broke the protocol, or reset a stream. */
const sides: ReadonlySet<string> = new Set(['UPE', 'DPE', 'UR', 'DR'])

/** A codec's detail does not say which side it was; the flag does. */
function withFlag(cause: Cause, flags: readonly ResponseFlag[]): Cause {
  const broke = flags.find(({ flag }) => sides.has(flag))
  return cause.source === 'codecs' && broke !== undefined ? { ...cause, by: broke.by, sure: broke.sure } : cause
}

function unknownValues(line: LoggedRequest, known: KnownDetail | undefined): string[] {
  const detail = line.get('details')
  const flags = (line.get('flags') ?? '').split(',').filter((name) => name !== '' && flagsOf(name).length === 0)
  const reason = line.get('transportFailure')
  return [
    ...flags.map((name) => `flag ${name}`),
    ...(detail !== undefined && known === undefined ? [`detail ${detail}`] : []),
    ...(reason !== undefined && transportFailure(reason) === undefined ? [`failure ${reason}`] : []),
  ]
}
