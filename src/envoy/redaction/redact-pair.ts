import { isOther, isPlaceholder, redacted, redactedAndOther } from './placeholders.ts'
import { redact } from './redact.ts'

/**
 * Two versions of a resource with every secret in them hidden, so that a difference between two secrets is still one: what the second
 * has and the first has not is `[redacted, differs]`. Where one side was hidden before, as Envoy does, nothing is known.
 */
export function redactPair<T>(first: T, second: T): [T, T] {
  const known = new Map<string, Set<string>>()
  const shownFirst = redact(first, {
    standIn(place, value) {
      const values = known.get(place)
      if (values === undefined) known.set(place, new Set([value]))
      else values.add(value)
      return redacted
    },
  })
  const shownSecond = redact(second, {
    standIn(place, value) {
      const values = [...(known.get(place) ?? [])]
      return values.includes(value) || values.some(isPlaceholder) ? redacted : redactedAndOther
    },
  })
  return [shownFirst, shownSecond]
}

/** A value that is hidden as a whole, and what is left of it: whether a part of it differs from the other side. */
export function holdsOther(value: unknown): boolean {
  if (typeof value === 'string') return isOther(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsOther)
}
