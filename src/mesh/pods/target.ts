import { UsageError } from '../../errors.ts'

/** Whose proxy is asked, as the user wrote it. */
export interface NamedTarget {
  /** `pod` when none was written. */
  readonly type: string
  readonly name: string
  /** From `name.namespace`; it goes before --namespace. */
  readonly namespace: string | undefined
  /** The whole name with its dot, in case a pod is called that. */
  readonly dotted: string | undefined
}

/**
 * Reads `pod`, `pod.namespace`, `type/name` and `type/name.namespace`. The last dot after the slash parts the namespace.
 * @throws UsageError when a part is empty
 */
export function parseTarget(text: string): NamedTarget {
  const slash = text.lastIndexOf('/')
  const type = slash < 0 ? 'pod' : text.slice(0, slash)
  const rest = text.slice(slash + 1)
  const dot = rest.lastIndexOf('.')
  const name = dot < 0 ? rest : rest.slice(0, dot)
  const namespace = dot < 0 ? undefined : rest.slice(dot + 1)
  if (type === '' || name === '' || namespace === '') {
    throw new UsageError(`"${text}" is not a target: expected POD, POD.NAMESPACE, TYPE/NAME or TYPE/NAME.NAMESPACE`)
  }
  return { type, name, namespace, dotted: dot < 0 ? undefined : rest }
}
