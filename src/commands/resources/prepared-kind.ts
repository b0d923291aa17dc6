import type { Args } from '../../contract/command.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { routes } from '../../resources/routes.ts'

/**
 * The kind as these arguments need it: with filters that evaluate expressions, where such a filter is asked for, and route configurations
 * with their listeners in a wide table. What that takes is loaded only then.
 */
export async function preparedKind(kind: AnyResourceKind, args: Args, format: string): Promise<AnyResourceKind> {
  const isWide = format === 'wide' && kind === routes
  return withExpressions(isWide ? (await import('../../resources/routes-in-listeners.ts')).withListeners : kind, args)
}

/** The kind with filters that evaluate expressions, where such a filter is asked for: the library for them is loaded only then. */
export async function withExpressions(resourceKind: AnyResourceKind, args: Args): Promise<AnyResourceKind> {
  const { filters } = resourceKind
  if (!filters.some(({ name, evaluating }) => evaluating !== undefined && (args.string(name) ?? '') !== ''))
    return resourceKind
  const { expressionTakes } = await import('../../semantics/routes/path-expressions.ts')
  return { ...resourceKind, filters: filters.map((filter) => filter.evaluating?.(expressionTakes) ?? filter) }
}
