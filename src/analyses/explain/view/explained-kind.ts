import type { ControlPlane } from '../../../envoy/control-plane/control-plane.ts'
import { controlPlaneOf, controlPlaneOfName } from '../../../envoy/control-plane/control-plane-of.ts'
import { type UnknownHost, unknownHost } from '../../../envoy/control-plane/unknown-hosts.ts'
import { type Step, withWords } from '../../../envoy/control-plane/with-words.ts'
import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../envoy/json.ts'
import { type Caller, callerFindings } from '../join/caller-findings.ts'
import type { Finding } from '../join/finding.ts'
import { hostFindings } from '../join/host-findings.ts'
import { traceFindings } from '../join/trace-findings.ts'
import type { Tracer } from '../join/verification.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import type { ExplainedKind } from './explained-log.ts'

/** The proxy that wrote a log. */
export interface LoggingProxy {
  readonly dump: ConfigDump
  readonly traceOf: Tracer
  /** Each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`. */
  readonly statuses: readonly JsonObject[]
  /** How long it runs, in words; undefined where that is not known. */
  readonly uptime: string | undefined
}

/** A kind of failure with what its proxy knows of it, and what the callers of its hosts count. */
export function explainedKind(
  kind: FailureKind,
  proxy: LoggingProxy | undefined,
  callers: readonly Caller[] = [],
): ExplainedKind {
  const line = kind.examples[0]?.line
  const { cause } = kind.diagnosis
  const plane = proxy === undefined ? controlPlaneOfName(kind.key.cluster ?? '') : controlPlaneOf(proxy.dump)
  const known = destinationFindings(kind, plane)
  const elsewhere = callerFindings(kind, callers)
  if (proxy === undefined || line === undefined)
    return { kind, findings: [...known, ...elsewhere], next: withWords(cause.next, plane) }
  const { dump, traceOf, statuses, uptime } = proxy
  const traced = traceOf(line)
  const { findings, next } =
    traced === undefined ? { findings: [], next: undefined } : traceFindings(kind, line, traced, dump)
  return {
    kind,
    findings: [...known, ...findings, ...hostFindings(kind, statuses, uptime), ...elsewhere],
    next: next ?? withWords(cause.next, plane),
  }
}

const unknownHosts: Readonly<Record<UnknownHost, Step>> = {
  sentOn: 'the mesh does not know this host and sent it on to the address that the client asked for',
  portUnknown: 'no Service has this port of the pod: it was sent on to the address that the client asked for',
  keptIn: { text: 'the mesh does not know this host and lets nothing unknown out.', topic: 'egress' },
}

function destinationFindings({ key, examples }: FailureKind, plane: ControlPlane | undefined): readonly Finding[] {
  const unknown = key.cluster === undefined ? undefined : unknownHost(key.cluster, plane)
  const denial = key.detail ?? examples[0]?.line.get('termination') ?? ''
  return [
    ...(unknown === undefined
      ? []
      : [{ code: 'unknown-host', text: withWords(unknownHosts[unknown], plane) } as const]),
    ...(denial.startsWith('rbac_access_denied') ? policyFindings(denial) : []),
  ]
}

/** `…[ns[NAMESPACE]-policy[NAME]-rule[INDEX]]` is how Istio names a rule; `none` is said where no ALLOW policy matched. */
function policyFindings(denial: string): Finding[] {
  const [, namespace, name, rule] = /\bns\[(.+?)\]-policy\[(.+?)\]-rule\[(\d+)\]/.exec(denial) ?? []
  if (name !== undefined)
    return [
      { code: 'policy', text: `AuthorizationPolicy ${name} of namespace ${namespace} denies it, by rule ${rule}` },
    ]
  return denial.endsWith('[none]')
    ? [{ code: 'policy', text: 'there are ALLOW policies for this workload, and none of them allows the request' }]
    : []
}
