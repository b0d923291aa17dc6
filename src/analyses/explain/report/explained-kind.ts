import { controlPlaneOf, controlPlaneOfName } from '../../../envoy/control-plane/control-plane-of.ts'
import { withWords } from '../../../envoy/control-plane/with-words.ts'
import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../envoy/json.ts'
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

/** A kind of failure with what its proxy knows of it. */
export function explainedKind(kind: FailureKind, proxy: LoggingProxy | undefined): ExplainedKind {
  const line = kind.examples[0]?.line
  const known = destinationFindings(kind)
  const { cause } = kind.diagnosis
  const plane = proxy === undefined ? controlPlaneOfName(kind.key.cluster ?? '') : controlPlaneOf(proxy.dump)
  if (proxy === undefined || line === undefined) return { kind, findings: known, next: withWords(cause.next, plane) }
  const { dump, traceOf, statuses, uptime } = proxy
  const traced = traceOf(line)
  const { findings, next } =
    traced === undefined ? { findings: [], next: undefined } : traceFindings(kind, line, traced, dump)
  return {
    kind,
    findings: [...known, ...findings, ...hostFindings(kind, statuses, uptime)],
    next: next ?? withWords(cause.next, plane),
  }
}

/** Istio's clusters for what it does not know. */
const unknownHosts: ReadonlyMap<string, string> = new Map([
  ['PassthroughCluster', 'the mesh does not know this host and sent it on to the address that the client asked for'],
  [
    'InboundPassthroughCluster',
    'no Service has this port of the pod: it was sent on to the address that the client asked for',
  ],
  [
    'InboundPassthroughClusterIpv4',
    'no Service has this port of the pod: it was sent on to the address that the client asked for',
  ],
  [
    'BlackHoleCluster',
    'the mesh does not know this host and lets nothing unknown out (outboundTrafficPolicy REGISTRY_ONLY): a ServiceEntry makes it known',
  ],
])

function destinationFindings({ key, examples }: FailureKind): readonly Finding[] {
  const text = key.cluster === undefined ? undefined : unknownHosts.get(key.cluster)
  const denial = key.detail ?? examples[0]?.line.get('termination') ?? ''
  return [
    ...(text === undefined ? [] : [{ code: 'unknown-host', text } as const]),
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
