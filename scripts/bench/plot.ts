import type { Result } from './run-case.ts'

interface Point {
  readonly size: number
  readonly time: number
}

interface Line {
  readonly name: string
  readonly color: string
  readonly points: readonly Point[]
}

const width = 720
const height = 400
const margin = { left: 70, right: 130, top: 30, bottom: 50 }

/** Time against the size of the dump, both logarithmic, as an SVG; undefined when nothing was measured at two sizes. */
export function timePlot(results: readonly Result[]): string | undefined {
  const measured = results.filter(({ line, size }) => line === 'clusters' && size !== undefined)
  const own = measured.map(({ size = 0, own: { time } }) => ({ size, time: time.median }))
  const other = measured.flatMap(({ size = 0, istioctl }) =>
    istioctl === undefined ? [] : [{ size, time: istioctl.time.median }],
  )
  const lines: Line[] = [
    { name: 'istioctl', color: '#8a6d3b', points: other },
    { name: 'proxy-config', color: '#1f6feb', points: own },
  ].filter(({ points }) => points.length > 1)
  const all = lines.flatMap(({ points }) => points)
  if (all.length === 0) return undefined
  const x = scale(
    all.map(({ size }) => size),
    margin.left,
    width - margin.right,
  )
  const y = scale(
    all.map(({ time }) => time),
    height - margin.bottom,
    margin.top,
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="18" font-size="14">proxy-config clusters --file: time by size of the dump</text>`,
    ...x.ticks.map((tick) => axis(x.at(tick), 'x', sizeText(tick))),
    ...y.ticks.map((tick) => axis(y.at(tick), 'y', timeText(tick))),
    ...lines.map((line) => drawn(line, x.at, y.at)),
    '</svg>',
  ].join('\n')}\n`
}

interface Scale {
  at(value: number): number
  readonly ticks: readonly number[]
}

/** From the decade below the least value to the one above the greatest. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.ceil(Math.log10(Math.max(...values)))
  return {
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)),
  }
}

function axis(at: number, direction: 'x' | 'y', text: string): string {
  const bottom = height - margin.bottom
  const right = width - margin.right
  return direction === 'x'
    ? `<line x1="${round(at)}" y1="${margin.top}" x2="${round(at)}" y2="${bottom}" stroke="#ddd"/><text x="${round(at)}" y="${bottom + 20}" text-anchor="middle">${text}</text>`
    : `<line x1="${margin.left}" y1="${round(at)}" x2="${right}" y2="${round(at)}" stroke="#ddd"/><text x="${margin.left - 8}" y="${round(at + 4)}" text-anchor="end">${text}</text>`
}

function drawn({ name, color, points }: Line, x: (value: number) => number, y: (value: number) => number): string {
  const places = points.map(({ size, time }) => `${round(x(size))},${round(y(time))}`)
  const last = points.at(-1)
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(({ size, time }) => `<circle cx="${round(x(size))}" cy="${round(y(time))}" r="3" fill="${color}"/>`),
    last === undefined
      ? ''
      : `<text x="${round(x(last.size) + 8)}" y="${round(y(last.time) + 4)}" fill="${color}">${name}, ${timeText(last.time)}</text>`,
  ].join('')
}

function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${bytes / 1e9} GB`
  return bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes / 1e3} kB`
}

function timeText(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${ms.toFixed(0)} ms`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
