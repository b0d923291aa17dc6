import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'

/** What must be said of entries beside their rows: Envoy's own words for what it rejected, and what it does not use yet. */
export function entryNotes(
  resourceKind: { readonly name: string; readonly kind: string },
  entries: readonly Entry[],
  dump: ConfigDump,
): string[] {
  return [...rejections(resourceKind.kind, entries), ...warming(resourceKind, entries, dump)]
}

function rejections(kind: string, entries: readonly Entry[]): string[] {
  return entries.flatMap(({ name, error, isDuplicate }) => {
    if (error === undefined || isDuplicate) return []
    const at = error.lastAttempt === undefined ? '' : ` at ${error.lastAttempt}`
    return [`Envoy rejected ${kind} ${JSON.stringify(name)}${at}: ${error.details}`]
  })
}

/** A warming resource serves no traffic; the secrets that have not arrived are what it waits for most often. */
function warming(
  { name: kinds, kind }: { readonly name: string; readonly kind: string },
  entries: readonly Entry[],
  dump: ConfigDump,
): string[] {
  const count = entries.filter(({ state }) => state === 'warming').length
  if (count === 0) return []
  const secrets = dump.entries('secrets').filter(({ state }) => state === 'warming')
  const waiting =
    secrets.length === 0 || kinds === 'secrets'
      ? ''
      : `; secrets that have not arrived: ${secrets.map(({ name }) => name).join(', ')}`
  const found =
    count === 1
      ? `1 ${kind} warming: Envoy does not use it yet`
      : `${count} ${kinds} warming: Envoy does not use them yet`
  return [`${found}${waiting}.`]
}
