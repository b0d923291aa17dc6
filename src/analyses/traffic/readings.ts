import type { TrafficSample } from './sample.ts'

/** One or two samples of a proxy: counters as they are, or how fast they grew. */
export interface TrafficReadings {
  /** Undefined for one sample. */
  readonly first: TrafficSample | undefined
  readonly last: TrafficSample
  /** Seconds between the two; undefined for one. */
  readonly seconds: number | undefined
}

/**
 * A counter since the proxy started, or of two samples its growth a second, to a hundredth. What the first sample lacks began at 0 since
 * then. Undefined where it restarted at 0 in between, as when the proxy or the cluster was replaced.
 */
export function growth(last: number, first: number | undefined, { seconds }: TrafficReadings): number | undefined {
  if (seconds === undefined) return last
  const grown = last - (first ?? 0)
  return grown < 0 ? undefined : hundredths(grown / seconds)
}

/** The sum; undefined as soon as one of them is not known. */
export function total(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const value of values) {
    if (value === undefined) return undefined
    sum += value
  }
  return hundredths(sum)
}

/** A statistic of `/stats` by its name; Envoy leaves out what is 0. Undefined where that page is not known, of two samples in either. */
export function statistic(name: string, readings: TrafficReadings): number | undefined {
  const { first, last } = readings
  if (last.stats === undefined || (first !== undefined && first.stats === undefined)) return undefined
  return growth(last.stats.get(name) ?? 0, first?.stats?.get(name), readings)
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
