const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/**
 * A duration in milliseconds as kubectl prints ages: `45s`, `3m20s`, `12m`, `5h3m`, `30h`, `3d4h`, `20d`, `2y10d`.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/util/duration/duration.go (HumanDuration)
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / second)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  if (milliseconds < 10 * minute) return two(milliseconds, [minute, 'm'], [second, 's'])
  if (milliseconds < 3 * hour) return one(milliseconds, minute, 'm')
  if (milliseconds < 8 * hour) return two(milliseconds, [hour, 'h'], [minute, 'm'])
  if (milliseconds < 2 * day) return one(milliseconds, hour, 'h')
  if (milliseconds < 8 * day) return two(milliseconds, [day, 'd'], [hour, 'h'])
  if (milliseconds < 2 * year) return one(milliseconds, day, 'd')
  if (milliseconds < 8 * year) return two(milliseconds, [year, 'y'], [day, 'd'])
  return one(milliseconds, year, 'y')
}

function one(milliseconds: number, unit: number, name: string): string {
  return `${Math.floor(milliseconds / unit)}${name}`
}

/** The larger unit, and the rest in the smaller one unless it is none. */
function two(milliseconds: number, [large, largeName]: [number, string], [small, smallName]: [number, string]): string {
  const rest = Math.floor((milliseconds % large) / small)
  return one(milliseconds, large, largeName) + (rest === 0 ? '' : `${rest}${smallName}`)
}
