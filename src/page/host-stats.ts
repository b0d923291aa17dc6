import { isObject, type Json } from '../envoy/json.ts'

const isName = /^[a-z0-9_]+$/
const isNumber = /^\d+$/
const shape = /^(!?)([a-z0-9_]+)(?:=(\d+))?$/

/**
 * What Envoy counts of an upstream host, as one text: `cx_total=12 rq_error !cx_active=3`, where `!` stands before a gauge and what is 0 has no
 * number. Most hosts of most proxies then have the same.
 * @returns undefined for a value that the text would not give back as it is
 */
export function hostStatsText(stats: Json): string | undefined {
  if (!Array.isArray(stats)) return undefined
  const words = stats.map(wordOf)
  return words.every((word) => word !== undefined) ? words.join(' ') : undefined
}

/** The value of a text of `hostStatsText`. */
export function hostStatsOf(text: string): Json {
  return text.split(' ').flatMap((word) => {
    const [found, gauge, name = '', value] = shape.exec(word) ?? []
    if (found === undefined) return []
    return [{ ...(gauge === '!' ? { type: 'GAUGE' } : {}), name, ...(value === undefined ? {} : { value }) }]
  })
}

/** Undefined for what has other members, or the same in another order. */
function wordOf(stat: Json): string | undefined {
  if (!isObject(stat)) return undefined
  const { type, name, value } = stat
  const keys = [
    ...(type === 'GAUGE' ? ['type'] : []),
    ...(typeof name === 'string' && isName.test(name) ? ['name'] : []),
    ...(typeof value === 'string' && isNumber.test(value) ? ['value'] : []),
  ]
  if (!keys.includes('name') || Object.keys(stat).join() !== keys.join()) return undefined
  return `${type === undefined ? '' : '!'}${String(name)}${value === undefined ? '' : `=${String(value)}`}`
}
