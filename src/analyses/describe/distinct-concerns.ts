import type { Concern } from './concern.ts'

/** Each concern once, where it came first: a chain may concern a pod and a service of it. */
export function distinctConcerns(concerns: readonly Concern[]): Concern[] {
  return [...new Map(concerns.map((concern) => [JSON.stringify(concern), concern])).values()]
}
