import { UsageError } from '../errors.ts'
import { goDuration } from '../fetch/kube/access/duration.ts'
import type { Args } from './command.ts'

/**
 * Milliseconds of a flag such as `--interval 5s`; undefined where it is not given.
 * @throws UsageError for what is no duration, or shorter than `least` milliseconds
 */
export function durationOption(args: Args, name: string, least = 1): number | undefined {
  const text = args.string(name)
  if (text === undefined) return undefined
  const milliseconds = goDuration(text)
  if (milliseconds !== undefined && milliseconds >= least) return milliseconds
  throw new UsageError(`--${name} needs a duration such as 10s or 2m, got ${JSON.stringify(text)}`)
}
