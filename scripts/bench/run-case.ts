import type { Case, Limits } from './cases.ts'
import { type CommandLine, peakMemoryOf, timeOf } from './measure.ts'
import type { Program } from './programs.ts'
import { type Spread, spreadOf } from './statistics.ts'

export interface Measured {
  readonly time: Spread
  /** Bytes; undefined where the system does not tell. */
  readonly memory: number | undefined
}

export interface Result {
  readonly title: string
  readonly size?: number
  readonly line?: string
  readonly limits: Limits
  readonly own: Measured
  readonly istioctl?: Measured
}

/** Milliseconds after which a case has been run often enough, and the runs it gets in any case. */
const longestCase = 20_000
const fewestRuns = 3

/**
 * Measures a case: one unmeasured run each to fill the caches, then both programs in turn, so that whatever else the machine does
 * meets both; memory in runs of its own.
 */
export async function runCase(of: Case, own: Program, other: Program | undefined, runs: number): Promise<Result> {
  const ours: CommandLine = {
    program: own.program,
    args: [...own.before, ...of.own],
    ...(of.exitCode === undefined ? {} : { exitCode: of.exitCode }),
  }
  const theirs: CommandLine | undefined =
    of.against !== undefined
      ? { program: own.program, args: [...own.before, ...of.against] }
      : other === undefined || of.istioctl === undefined
        ? undefined
        : { program: other.program, args: [...of.istioctl] }
  const both = theirs === undefined ? [ours] : [ours, theirs]
  const times = both.map((): number[] => [])
  for (let round = -1; round < runs; round++) {
    both.forEach((command, at) => {
      const time = timeOf(command)
      if (round >= 0) times[at]?.push(time)
    })
    if (round >= 0 && times.flat().reduce((sum, time) => sum + time, 0) > longestCase && round >= fewestRuns - 1) break
  }
  const measured: Measured[] = []
  for (const [at, command] of both.entries()) {
    measured.push({ time: spreadOf(times[at] ?? []), memory: await memoryOf(command) })
  }
  const [ownMeasured, istioctl] = measured
  if (ownMeasured === undefined) throw new Error('nothing was measured')
  return {
    title: of.title,
    ...(of.size === undefined ? {} : { size: of.size }),
    ...(of.line === undefined ? {} : { line: of.line }),
    limits: of.limits,
    own: ownMeasured,
    ...(istioctl === undefined ? {} : { istioctl }),
  }
}

const memoryRuns = 3

async function memoryOf(command: CommandLine): Promise<number | undefined> {
  const peaks: number[] = []
  for (let run = 0; run < memoryRuns; run++) {
    const peak = await peakMemoryOf(command)
    if (peak !== undefined) peaks.push(peak)
  }
  return peaks.length === 0 ? undefined : spreadOf(peaks).median
}
