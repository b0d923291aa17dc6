import { type JsonObject, stringOf } from '../json.ts'
import { typedConfig } from './typed-config.ts'

/** What a leaf of the matcher tree of an RBAC filter does. */
export interface RbacAction {
  /** ALLOW, DENY or LOG. */
  readonly action: string
  /** As Envoy logs it. */
  readonly name: string
  /** The rule that a user knows it by. */
  readonly rule: string
}

/**
 * Reads an `envoy.config.rbac.v3.Action` in its `TypedExtensionConfig`. Envoy Gateway gives the rule's name to the extension, and to
 * the action only what it does.
 */
export function rbacAction(extension: JsonObject): RbacAction {
  const { config } = typedConfig(extension)
  const name = stringOf(config.name) ?? ''
  const action = stringOf(config.action) ?? 'ALLOW'
  return { action, name, rule: name === action ? stringOf(extension.name) || name : name }
}
