import { countText } from '../../../envoy/text/count-text.ts'
import { percent } from '../../../envoy/text/percent.ts'
import type { Destination, LogTally } from '../tally/log-tally.ts'

/** What a log holds, in one or two lines. */
export function summary(tally: LogTally): string[] {
  const { requests, failures, passedBy, filteredOut, first, last } = tally
  const times = first === undefined ? '' : first === last ? `, at ${first}` : `, ${first} to ${last}`
  const besides = [
    ...(passedBy === 0 ? [] : [`${countText(passedBy, 'line')} of no access log passed by`]),
    ...(filteredOut === 0 ? [] : [`${countText(filteredOut, 'request')} left out by --where`]),
  ]
  return [
    `${countText(requests, 'request')}, ${failures.toLocaleString('en-US')} failed (${percent(failures / requests)})${times}`,
    ...(besides.length === 0 ? [] : [besides.join(', ')]),
  ]
}

/** Why a log holds no request to speak of. */
export function withoutRequests({ passedBy, filteredOut }: LogTally): string {
  if (filteredOut > 0) return `No request has the values of --where: ${countText(filteredOut, 'request')} left out.`
  return passedBy === 0
    ? 'The log is empty.'
    : `No line is one of an access log: ${countText(passedBy, 'line')} passed by.`
}

/** A line for each cluster and route, the most frequent first. */
export function destinationLines(destinations: readonly Destination[]): string[] {
  const sorted = destinations.toSorted((a, b) => b.requests - a.requests || (nameOf(a) < nameOf(b) ? -1 : 1))
  const rows = [
    ['REQUESTS', 'SUCCESS', 'P50', 'P99', 'CLUSTER', 'ROUTE'],
    ...sorted.map((each) => [
      String(each.requests),
      percent((each.requests - each.failures) / each.requests),
      milliseconds(each, 0.5),
      milliseconds(each, 0.99),
      each.cluster || '-',
      each.route || '-',
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, at) => rows.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0))
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function milliseconds({ durations }: Destination, share: number): string {
  const value = durations.quantile(share)
  return value === undefined ? '-' : `${value} ms`
}

function nameOf({ cluster, route }: Destination): string {
  return `${cluster} ${route}`
}
