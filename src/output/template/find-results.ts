import { JSONPathError } from 'json-p3'
import type { Step } from './path-steps.ts'
import { TemplateFailure } from './template-failure.ts'

/** The values that a path leads to, in order. A key that is missing leads nowhere, which is no error: as for kubectl get. */
export function findResults(steps: readonly Step[], start: unknown): unknown[] {
  let values: unknown[] = [start]
  for (const step of steps) values = taken(step, values)
  return values
}

function taken(step: Step, values: readonly unknown[]): unknown[] {
  switch (step.kind) {
    case 'literal':
      return [step.value]
    case 'union':
      // Member by member: all that the first gives, then all that the second gives.
      return step.paths.flatMap((path) => values.flatMap((value) => findResults(path, value)))
    case 'query':
      return values.flatMap((value) => queried(step, value))
  }
}

function queried({ query, check }: Extract<Step, { kind: 'query' }>, value: unknown): unknown[] {
  if (value === null || value === undefined) return []
  check?.(value)
  if (!isJson(value)) return []
  try {
    // The lazy one does not spread lists into calls.
    return Array.from(query.lazyQuery(value), (node) => node.value)
  } catch (error) {
    if (error instanceof JSONPathError) throw new TemplateFailure(error.message)
    throw error
  }
}

type Container = NonNullable<Parameters<Extract<Step, { kind: 'query' }>['query']['lazyQuery']>[0]>

/** What has members; the others lead nowhere. */
function isJson(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}
