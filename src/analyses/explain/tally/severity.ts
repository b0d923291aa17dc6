import type { Tone } from '../../../view.ts'
import type { FailureKind } from './failure-kind.ts'

/** How bad a kind of failure is: what this side or the server did is worse than what clients brought on themselves. */
export function severity({ diagnosis, key }: FailureKind): Tone {
  const isRefusal = key.code?.startsWith('4') === true
  return diagnosis.cause.by === 'client' || (isRefusal && diagnosis.cause.by !== 'configuration') ? 'warning' : 'bad'
}

/** The worst first, then the most frequent, then by what they are. */
export function worstFirst(kinds: readonly FailureKind[]): readonly FailureKind[] {
  const rank = (kind: FailureKind): number => (severity(kind) === 'bad' ? 0 : 1)
  return kinds.toSorted(
    (a, b) => rank(a) - rank(b) || b.count - a.count || compare(JSON.stringify(a.key), JSON.stringify(b.key)),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
