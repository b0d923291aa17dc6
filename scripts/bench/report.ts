import type { Result } from './run-case.ts'
import type { Spread } from './statistics.ts'

/** The results as a Markdown table, which reads well in a terminal too. */
export function resultTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { title, own, istioctl } = result
    return [
      title,
      timeText(own.time),
      istioctl === undefined ? '-' : timeText(istioctl.time),
      ratioText(timeRatio(result)),
      memoryText(own.memory),
      memoryText(istioctl?.memory),
      ratioText(memoryRatio(result)),
      limitText(result),
      verdict(result),
    ]
  })
  const header = ['case', 'time', 'istioctl', 'ratio', 'peak memory', 'istioctl', 'ratio', 'aim', '']
  const widths = header.map((text, at) => Math.max(...[header, ...rows].map((row) => (row[at] ?? text).length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(header), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n')
}

function timeRatio({ own, istioctl }: Result): number | undefined {
  return istioctl === undefined ? undefined : own.time.median / istioctl.time.median
}

function memoryRatio({ own, istioctl }: Result): number | undefined {
  return own.memory === undefined || istioctl?.memory === undefined ? undefined : own.memory / istioctl.memory
}

/** The aims that a result does not reach; empty when all are. What could not be compared is not missed. */
export function missedAims(result: Result): string[] {
  const { own, limits } = result
  const checks: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['time', timeRatio(result), limits.time],
    ['memory', memoryRatio(result), limits.memory],
    ['time', own.time.median, limits.milliseconds],
    ['memory', own.memory, limits.bytes],
  ]
  return checks.flatMap(([what, value, limit]) =>
    value !== undefined && limit !== undefined && value > limit ? [what] : [],
  )
}

function verdict(result: Result): string {
  const missed = missedAims(result)
  if (missed.length > 0) return `missed: ${missed.join(', ')}`
  const compared = result.limits.time === undefined || result.istioctl !== undefined
  return compared ? 'reached' : 'not compared'
}

function limitText({ limits: { time, memory, milliseconds, bytes } }: Result): string {
  return [
    ...(time === undefined ? [] : [`${time} x time`]),
    ...(memory === undefined ? [] : [`${memory} x memory`]),
    ...(milliseconds === undefined ? [] : [`${milliseconds / 1000} s`]),
    ...(bytes === undefined ? [] : [memoryText(bytes)]),
  ].join(', ')
}

/** Median, and the distance from the fastest to the slowest run. */
function timeText({ median, lowest, highest }: Spread): string {
  const text = (ms: number) => (ms < 1000 ? `${ms.toFixed(0)}` : `${(ms / 1000).toFixed(2)}`)
  const unit = median < 1000 ? 'ms' : 's'
  return median < 1000
    ? `${text(median)} ${unit} (${lowest.toFixed(0)} to ${highest.toFixed(0)})`
    : `${text(median)} ${unit} (${(lowest / 1000).toFixed(2)} to ${(highest / 1000).toFixed(2)})`
}

function memoryText(bytes: number | undefined): string {
  if (bytes === undefined) return '-'
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '-' : ratio.toFixed(2)
}
