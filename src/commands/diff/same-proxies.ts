import type { MeshProxy } from '../../mesh/proxy.ts'

/** The proxies of two times, paired. */
export interface SameProxies {
  readonly pairs: readonly (readonly [before: MeshProxy, after: MeshProxy])[]
  readonly onlyBefore: readonly MeshProxy[]
  readonly onlyAfter: readonly MeshProxy[]
}

/**
 * Pairs proxies by name, and dumps of two folders or archives by their place in them; of pods that were replaced, those of one workload in
 * the order of their names. The workload is what is left of a pod's name without the hashes that a ReplicaSet and the API server gave it.
 * @param roots the folder or archive of each side; what is read of a cluster or a capture has pods, and none
 */
export function sameProxies(
  before: readonly MeshProxy[],
  after: readonly MeshProxy[],
  roots: readonly [before: string, after: string],
): SameProxies {
  const pairs: (readonly [MeshProxy, MeshProxy])[] = []
  const folders = [commonFolder(before), commonFolder(after)] as const
  let [left, right]: readonly [readonly MeshProxy[], readonly MeshProxy[]] = [before, after]
  for (const keysOf of [
    [placeUnder(roots[0]), placeUnder(roots[1])],
    [placeUnder(folders[0]), placeUnder(folders[1])],
    [workloadOf, workloadOf],
  ] as const) {
    const byKey = Map.groupBy(sorted(left), keysOf[0])
    const paired = new Set<MeshProxy>()
    for (const proxy of sorted(right)) {
      const other = byKey.get(keysOf[1](proxy))?.shift()
      if (other === undefined) continue
      pairs.push([other, proxy])
      paired.add(other).add(proxy)
    }
    const isLeft = (proxy: MeshProxy) => !paired.has(proxy)
    ;[left, right] = [left.filter(isLeft), right.filter(isLeft)]
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

/** The name of a pod, or where a file lies under a folder or archive. */
function placeUnder(root: string): (proxy: MeshProxy) => string {
  return ({ id: { pod, name } }) => {
    if (pod !== undefined) return `${pod.namespace}/${pod.name}`
    return (name.startsWith(root) ? name.slice(root.length) : name).replace(/^(?:\.?\/)+/, '')
  }
}

/** The innermost folder that all files lie in: an archive often holds one folder, of the name of the archive. */
function commonFolder(proxies: readonly MeshProxy[]): string {
  const [first = [], ...others] = proxies.map(({ id }) => id.name.split('/').slice(0, -1))
  const end = first.findIndex((part, index) => others.some((other) => other[index] !== part))
  return first.slice(0, end === -1 ? undefined : end).join('/')
}

function workloadOf({ id: { pod, name } }: MeshProxy): string {
  if (pod === undefined) return name
  const hash = pod.labels['pod-template-hash']
  const end = hash === undefined ? pod.name.lastIndexOf('-') : pod.name.lastIndexOf(`-${hash}-`)
  return `${pod.namespace}/${end > 0 ? pod.name.slice(0, end) : pod.name}`
}
