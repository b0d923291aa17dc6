import { durationSum } from '../../envoy/text/duration-sum.ts'
import { UsageError } from '../../errors.ts'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `24h`, `30d`, `1d12h`. @throws UsageError for anything else */
export function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  const sum = durationSum(duration, units, 'whole')
  if (sum === undefined)
    throw new UsageError(`--within needs a duration such as 24h or 30d, got ${JSON.stringify(duration)}`)
  return sum
}
