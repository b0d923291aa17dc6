import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { endsInProxy } from '../../../semantics/outcome.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'
import type { Timeout } from '../../../semantics/routes/timeouts.ts'
import { apiObjectsText } from '../../../walk/api-object.ts'
import type { Alternative, Hop, Trace } from '../../../walk/trace-result.ts'
import { adviceFor } from '../../trace/advice/advice.ts'
import { adviceOnObjects } from '../../trace/advice/advice-on-objects.ts'
import { flagsOf } from '../knowledge/response-flags.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import { agreement } from './agreement.ts'
import type { Finding } from './finding.ts'

/** What a trace of a line says besides it, and the next step that it advises. */
export interface TraceFindings {
  readonly findings: readonly Finding[]
  readonly next: string | undefined
}

/** Compares a line of a kind with a trace of its request in the configuration as it is loaded. */
export function traceFindings(kind: FailureKind, line: LoggedRequest, traced: Trace, dump: ConfigDump): TraceFindings {
  const chosen = alternativeOf(line, traced)
  if (chosen === undefined) return { findings: [], next: undefined }
  const last = chosen.hops.at(-1)
  const agreed = agreement(line, traced, dump)
  const isSameWay = agreed.kind === 'predicted' || agreed.kind === 'event'
  const same = agreed.kind === 'predicted' && isFailure(chosen)
  return {
    findings: [
      ...(isSameWay && last !== undefined ? objects(last) : []),
      ...(same ? [finding('same-now', `the same request ends so now: ${outcomeText(chosen.outcome)}`)] : []),
      ...disagreement(agreed, chosen, last),
      ...(isSameWay ? timeLimits(kind, last?.timeouts ?? []) : []),
      ...(last?.warnings ?? []).map((warning) => finding('warning', reasonText(warning))),
    ],
    next: same ? nextStep(chosen, traced) : undefined,
  }
}

/** What to do, where a trace or the status of an object knows more than the flags say. */
function nextStep({ outcome, hops }: Alternative, { controlPlane }: Trace): string | undefined {
  const last = hops.at(-1)
  // Of these a trace knows more than the flags say.
  return endsInProxy.has(outcome.kind)
    ? adviceFor(outcome, last, controlPlane)
    : adviceOnObjects(outcome, last?.warnings ?? [])
}

/** Chance may lead several ways: the one that the line took, else the first. */
function alternativeOf(line: LoggedRequest, { alternatives }: Trace): Alternative | undefined {
  const cluster = line.get('cluster')
  return alternatives.find(({ hops }) => hops.at(-1)?.cluster === cluster) ?? alternatives[0]
}

function isFailure({ outcome: { kind, status = 200 } }: Alternative): boolean {
  return kind !== 'upstream' && kind !== 'tcp' && kind !== 'redirect' && (kind !== 'directResponse' || status >= 400)
}

function objects(hop: Hop): Finding[] {
  const listed = Object.entries(hop.objects).map(
    ([part, found]) => `${words.get(part) ?? part} by ${apiObjectsText(found)}`,
  )
  return listed.length === 0 ? [] : [finding('objects', [...new Set(listed)].join(', '))]
}

const words: ReadonlyMap<string, string> = new Map([
  ['routeConfiguration', 'routes'],
  ['virtualHost', 'virtual host'],
  ['filterChain', 'filter chain'],
])

function disagreement(
  agreed: ReturnType<typeof agreement>,
  { outcome }: Alternative,
  last: Hop | undefined,
): Finding[] {
  switch (agreed.kind) {
    case 'predicted':
    case 'event':
      return []
    case 'header':
      return [
        finding(
          'header-decides',
          `the logged route asks for ${agreed.headers.join(', ')}, which the line does not hold`,
        ),
      ]
    case 'rewritten':
      return [
        finding('other-now', 'the line has the host as the route rewrote it, so the request cannot be traced again'),
      ]
    case 'undecided':
      return [finding('undecided', `a trace cannot decide: ${outcomeText(outcome)}`)]
    case 'differs': {
      const way = last?.cluster === undefined ? '' : ` by cluster ${last.cluster}`
      return [
        finding(
          'other-now',
          `the same request ends otherwise now (${outcome.kind}${way}: ${outcomeText(outcome)}): the configuration has changed since, or something decides that the line does not hold`,
        ),
      ]
    }
  }
}

/** A request that was ended by time took as long as its limit allows, and a little more. */
function timeLimits({ durations, key }: FailureKind, timeouts: readonly Timeout[]): Finding[] {
  const half = durations.quantile(0.5)
  if (half === undefined || half < 20 || !flagsOf(key.flags).some(({ flag }) => endedByTime.has(flag))) return []
  const limit = timeouts.find(({ milliseconds }) => milliseconds > 0 && isJust(half, milliseconds))
  return limit === undefined ? [] : [finding('timeout', `it took just as long as ${limitWords(limit)} allows`)]
}

function isJust(took: number, limit: number): boolean {
  return took >= limit * 0.98 && took <= limit * 1.1 + 50
}

/** Flags that a time limit can stand behind; a client has limits of its own, which a proxy in front of this one may be. */
const endedByTime: ReadonlySet<string> = new Set(['UT', 'SI', 'UMSDR', 'DT', 'UF', 'DC'])

const fields: Readonly<Record<Timeout['code'], string>> = {
  route: 'timeout of the route',
  'grpc-timeout': 'grpc-timeout of the request',
  'request-header': 'x-envoy-upstream-rq-timeout-ms of the request',
  'stream-idle': 'stream_idle_timeout of the connection manager',
  'route-idle': 'idle_timeout of the route',
  'max-stream-duration': 'max_stream_duration of the connection manager',
  'route-max-stream-duration': 'max_stream_duration of the route',
  'upstream-max-stream-duration': 'max_stream_duration of the cluster',
  'per-try': 'per_try_timeout of the retry policy',
  'per-try-idle': 'per_try_idle_timeout of the retry policy',
  connect: 'connect_timeout of the cluster',
  request: 'request_timeout of the connection manager',
  'request-headers': 'request_headers_timeout of the connection manager',
  'tcp-idle': 'idle_timeout of the TCP proxy',
  'tcp-max-duration': 'max_downstream_connection_duration of the TCP proxy',
}

function limitWords({ code, milliseconds }: Timeout): string {
  const length = milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`
  return `${fields[code]} (${length})`
}

function finding(code: Finding['code'], text: string): Finding {
  return { code, text }
}
