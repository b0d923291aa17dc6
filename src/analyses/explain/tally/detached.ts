/**
 * A copy of a text that was cut from a larger one. V8 keeps the larger one in memory as long as the piece: a log of a gigabyte, for a
 * few names in it.
 */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** A longer value is a hostile one: names of hosts, clusters and policies are shorter. */
const longest = 1000

/** The beginning of a value that is to be kept. */
export function clipped(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
