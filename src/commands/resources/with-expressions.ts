import type { Args } from '../../contract/command.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'

/** The kind with filters that evaluate expressions, where such a filter is asked for: the library for them is loaded only then. */
export async function withExpressions(resourceKind: AnyResourceKind, args: Args): Promise<AnyResourceKind> {
  const { filters } = resourceKind
  if (!filters.some(({ name, evaluating }) => evaluating !== undefined && (args.string(name) ?? '') !== ''))
    return resourceKind
  const { expressionTakes } = await import('../../semantics/routes/path-expressions.ts')
  return { ...resourceKind, filters: filters.map((filter) => filter.evaluating?.(expressionTakes) ?? filter) }
}
