/** A moment as RFC 3339 in seconds, in which certificates count; undefined for a date that could not be read. */
export function isoSeconds(moment: Date): string | undefined {
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace(/\.\d+Z$/, 'Z')
}
