import type { ComparedPair } from '../../analyses/compare/answer.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** What the sides of two proxies are called. */
export function pairNames(before: MeshProxy, after: MeshProxy): ComparedPair['names'] {
  return { before: before.id.name, after: after.id.name }
}

export function namesOf(proxies: readonly MeshProxy[]): string[] {
  return proxies.map(({ id }) => id.name)
}

/** A pod has the same name at both times, so the time stands before it; a file has that of its folder or archive. */
export function timeNames(
  first: MeshProxy,
  second: MeshProxy,
  [before, after]: readonly [string, string],
): ComparedPair['names'] {
  const named = ({ id }: MeshProxy, time: string) => (id.name.startsWith(time) ? id.name : `${time} ${id.name}`)
  return { before: named(first, before), after: named(second, after) }
}
