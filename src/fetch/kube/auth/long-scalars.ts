/** A scalar that is Base64, plain or in quotes, as a whole. */
const long = /(?<=^|[\s"'])[A-Za-z0-9+/=]{128,}(?=["'\s,}\]]|$)/gm

/** YAML whose long scalars were replaced. */
export interface Shortened {
  readonly text: string
  /** A value parsed from it, with the scalars in it. */
  restored(value: unknown): unknown
}

/**
 * Certificates and keys are most of a kubeconfig, and the YAML parser looks at each of their characters: 3 ms of every command for a
 * live proxy. So words that are nowhere in the text stand for them while it is parsed.
 */
export function shortened(text: string): Shortened {
  let word = 'scalar'
  while (text.includes(word)) word += 'x'
  const scalars: string[] = []
  const short = text.replaceAll(long, (scalar) => `${word}${scalars.push(scalar) - 1}e`)
  const words = new RegExp(`${word}(\\d+)e`, 'g')
  const restoredText = (part: string) => part.replaceAll(words, (_, number) => scalars[Number(number)] ?? '')
  function restored(value: unknown): unknown {
    if (typeof value === 'string') return restoredText(value)
    if (Array.isArray(value)) return value.map(restored)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [restoredText(key), restored(item)]))
  }
  return { text: short, restored: scalars.length === 0 ? (value) => value : restored }
}
