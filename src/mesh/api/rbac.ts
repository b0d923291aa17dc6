import { ApiError } from './api-error.ts'

/** What a user needs to be allowed. */
export interface Permission {
  readonly resource: string
  readonly verbs: readonly string[]
  /** Empty for the whole cluster. */
  readonly namespace: string
  /** API group; empty for the core group. */
  readonly group?: string | undefined
}

/** Passes an answer on; a 403 gets the rule that is missing as its hint, ready to paste. */
export async function forbidden<T>(answer: Promise<T>, permission: Permission): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && error.status === 403)
      throw new ApiError(403, error.message, missingRule([permission]))
    throw error
  }
}

/** The rules of a Role (or ClusterRole) in YAML, with a line that says where it goes. */
export function missingRule(permissions: readonly Permission[]): string[] {
  const place = permissions[0]?.namespace
  const role = place ? `a Role in namespace "${place}"` : 'a ClusterRole'
  const rules = permissions.flatMap(({ resource, verbs, group = '' }) => [
    `- apiGroups: ["${group}"]`,
    `  resources: ["${resource}"]`,
    `  verbs: [${verbs.map((verb) => `"${verb}"`).join(', ')}]`,
  ])
  return [`Missing in ${role}:`, 'rules:', ...rules]
}
