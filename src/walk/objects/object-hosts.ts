import type { ApiKind } from '../../envoy/control-plane/api-kinds.ts'
import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'

/** Whether an object has a host name; `any` where it names none, and is for all hosts of what it is attached to. */
export function namesHost({ spec }: JsonObject, { hosts }: ApiKind, host: string): 'yes' | 'no' | 'any' {
  const { hostnames, virtualhost } = objectOf(spec)
  const named = hosts === 'spec.hostnames' ? stringsOf(hostnames) : fqdnOf(virtualhost)
  if (hosts === 'spec.hostnames' && named.length === 0) return 'any'
  return named.some((pattern) => matches(pattern.toLowerCase(), host)) ? 'yes' : 'no'
}

/** An HTTPProxy without a virtual host is a part of others. */
function fqdnOf(virtualhost: unknown): readonly string[] {
  const fqdn = stringOf(objectOf(virtualhost).fqdn)
  return fqdn === undefined ? [] : [fqdn]
}

/** `*.example.com` stands for every name below example.com. (gateway.networking.k8s.io, Hostname) */
function matches(pattern: string, host: string): boolean {
  return (
    pattern === host ||
    (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1)
  )
}

/** Whether a policy names the object as its target. (gateway.networking.k8s.io, PolicyTargetReference) */
export function targets(
  { metadata, spec }: JsonObject,
  target: { kind: string; name: string; namespace: string },
): boolean {
  const { targetRef, targetRefs } = objectOf(spec)
  const isSame = ({ kind, name }: JsonObject) => kind === target.kind && name === target.name
  return (
    objectOf(metadata).namespace === target.namespace && [objectOf(targetRef), ...objectsOf(targetRefs)].some(isSame)
  )
}
