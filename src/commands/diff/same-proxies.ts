import type { MeshProxy } from '../../mesh/proxy.ts'

/** The proxies of two times, paired. */
export interface SameProxies {
  readonly pairs: readonly (readonly [before: MeshProxy, after: MeshProxy])[]
  readonly onlyBefore: readonly MeshProxy[]
  readonly onlyAfter: readonly MeshProxy[]
}

/**
 * Pairs proxies by name; of pods that were replaced, those of one workload in the order of their names. The workload is what is left of
 * a pod's name without the hashes that a ReplicaSet and the API server gave it.
 */
export function sameProxies(before: readonly MeshProxy[], after: readonly MeshProxy[]): SameProxies {
  const pairs: (readonly [MeshProxy, MeshProxy])[] = []
  let [left, right] = [before, after]
  for (const keyOf of [nameOf, workloadOf]) {
    const byKey = new Map<string, MeshProxy[]>()
    for (const proxy of sorted(left)) byKey.set(keyOf(proxy), [...(byKey.get(keyOf(proxy)) ?? []), proxy])
    const paired = new Set<MeshProxy>()
    for (const proxy of sorted(right)) {
      const other = byKey.get(keyOf(proxy))?.shift()
      if (other === undefined) continue
      pairs.push([other, proxy])
      paired.add(other).add(proxy)
    }
    ;[left, right] = [left, right].map((list) => list.filter((proxy) => !paired.has(proxy))) as [
      MeshProxy[],
      MeshProxy[],
    ]
  }
  return {
    pairs: pairs.sort(([, a], [, b]) => (a.id.name < b.id.name ? -1 : 1)),
    onlyBefore: sorted(left),
    onlyAfter: sorted(right),
  }
}

function sorted(proxies: readonly MeshProxy[]): MeshProxy[] {
  return proxies.toSorted((a, b) => (a.id.name < b.id.name ? -1 : a.id.name > b.id.name ? 1 : 0))
}

function nameOf({ id }: MeshProxy): string {
  return id.pod === undefined ? id.name : `${id.pod.namespace}/${id.pod.name}`
}

function workloadOf({ id: { pod, name } }: MeshProxy): string {
  if (pod === undefined) return name
  const hash = pod.labels['pod-template-hash']
  const end = hash === undefined ? pod.name.lastIndexOf('-') : pod.name.lastIndexOf(`-${hash}-`)
  return `${pod.namespace}/${end > 0 ? pod.name.slice(0, end) : pod.name}`
}
