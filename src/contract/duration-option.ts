import { UsageError } from '../errors.ts'
import { goDuration, longestTimer } from '../fetch/kube/access/duration.ts'
import type { Args } from './command.ts'

/**
 * Milliseconds of a flag such as `--interval 5s`, which a timer can wait; undefined where it is not given.
 * @param such what the error gives as examples
 * @throws UsageError for what is no duration, or shorter than `least` milliseconds
 */
export function durationOption(args: Args, name: string, least = 1, such = '10s or 2m'): number | undefined {
  const milliseconds = durationOf(args, name, least, such)
  return milliseconds === undefined ? undefined : Math.min(milliseconds, longestTimer)
}

function durationOf(args: Args, name: string, least: number, such: string): number | undefined {
  const text = args.string(name)
  if (text === undefined) return undefined
  const milliseconds = goDuration(text)
  if (milliseconds !== undefined && milliseconds >= least) return milliseconds
  throw new UsageError(`--${name} needs a duration such as ${such}, got ${JSON.stringify(text)}`)
}

/**
 * Whole seconds of a flag that says how much of a log is read, such as `--since 10m`, at least one; undefined where it is not given.
 * @throws UsageError for what is no such duration
 */
export function logDurationOption(args: Args, name: string): number | undefined {
  const milliseconds = durationOf(args, name, 1000, '10m or 2h')
  return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1000)
}
