import { kumaResource, provenanceText } from '../../envoy/control-plane/provenance.ts'

/** What Istio and Kuma pack into the name of an RBAC policy. */
export interface PolicyId {
  /** `NAME.NAMESPACE` of the AuthorizationPolicy, `KIND/NAME.NAMESPACE` of another object; the id itself when it is in no known form. */
  readonly name: string
  /** Which of its rules; empty when unknown. */
  readonly rule: string
  /** The policy only decides whether an external authorizer is asked. */
  readonly custom: boolean
}

/**
 * Reads `ns[NAMESPACE]-policy[NAME]-rule[INDEX]`, with `istio-ext-authz-` before it for CUSTOM policies, and Kuma's
 * `kri_KIND_MESH_ZONE_NAMESPACE_NAME_`.
 */
export function policyId(id: string): PolicyId {
  const [, ext, namespace, name, rule] = /^(istio-ext-authz-)?ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/.exec(id) ?? []
  if (name === undefined || rule === undefined) {
    const [object] = kumaResource(id)
    const own = object === undefined ? id : provenanceText(object)
    return { name: own, rule: '', custom: id.startsWith('istio-ext-authz-') }
  }
  return { name: `${name}.${namespace}`, rule, custom: ext !== undefined }
}

/** A policy as its author knows it: `rule 0 of allow-get.default`, `meshtrafficpermission/allow-all`, `policy NAME`. */
export function ruleName(id: string): string {
  const { name, rule } = policyId(id)
  if (rule !== '') return `rule ${rule} of ${name}`
  return name === id ? `policy ${id}` : name
}
