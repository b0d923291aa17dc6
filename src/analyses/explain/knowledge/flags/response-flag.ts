import type { Cause } from '../cause/cause.ts'

/** A response flag of Envoy: its short name, its long one (`%RESPONSE_FLAGS_LONG%`), and what it means. */
export interface ResponseFlag extends Cause {
  readonly flag: string
  readonly long: string
  /** The request may have gone well all the same, or another flag says why it failed. */
  readonly isAside?: true
}

/** A flag with its meaning; all of them are documented in one place. */
export function flag(
  short: string,
  long: string,
  cause: Omit<Cause, 'source'> & Pick<ResponseFlag, 'isAside'>,
): ResponseFlag {
  return { flag: short, long, source: 'flags', ...cause }
}
