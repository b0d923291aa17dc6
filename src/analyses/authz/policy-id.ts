/** What Istio packs into the name of an RBAC policy. */
export interface PolicyId {
  /** `NAME.NAMESPACE` of the AuthorizationPolicy; the id itself when it is in no known form. */
  readonly name: string
  /** Which of its rules; empty when unknown. */
  readonly rule: string
  /** The policy only decides whether an external authorizer is asked. */
  readonly custom: boolean
}

/** Reads `ns[NAMESPACE]-policy[NAME]-rule[INDEX]`, with `istio-ext-authz-` before it for CUSTOM policies. */
export function policyId(id: string): PolicyId {
  const [, ext, namespace, name, rule] = /^(istio-ext-authz-)?ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/.exec(id) ?? []
  if (name === undefined || rule === undefined) return { name: id, rule: '', custom: id.startsWith('istio-ext-authz-') }
  return { name: `${name}.${namespace}`, rule, custom: ext !== undefined }
}
