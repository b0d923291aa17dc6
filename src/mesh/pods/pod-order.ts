import type { Pod } from './pod.ts'

/**
 * Compares pods so that the first is the one `kubectl logs deploy/x` reads: assigned to a node, running, ready for longest,
 * most restarts, oldest. Rule: ByLogging in k8s.io/kubectl/pkg/util/podutils. A finished pod counts as
 * running there and loses only for not being ready.
 */
export function byLogging(a: Pod, b: Pod): number {
  return (
    Number(a.node === undefined) - Number(b.node === undefined) ||
    phaseRank(a) - phaseRank(b) ||
    Number(!a.ready) - Number(!b.ready) ||
    (a.ready && b.ready ? oldest(a.readySince, b.readySince) : 0) ||
    restarts(b) - restarts(a) ||
    oldest(a.created, b.created)
  )
}

function phaseRank({ phase }: Pod): number {
  return phase === 'Pending' ? 2 : phase === 'Unknown' ? 1 : 0
}

/** The earlier time first, an absent one last. */
function oldest(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0
  return (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY)
}

function restarts({ containers }: Pod): number {
  return containers.reduce((most, { nativeSidecar, restarts }) => (nativeSidecar ? most : Math.max(most, restarts)), 0)
}
