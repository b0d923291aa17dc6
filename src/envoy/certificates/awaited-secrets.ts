import type { ConfigDump } from '../dump/config-dump.ts'
import { isObject, type Json } from '../json.ts'

/** Names of the secrets of a dump that have not arrived. */
export function missingSecrets(dump: ConfigDump): ReadonlySet<string> {
  return new Set(
    dump
      .entries('secrets')
      .filter(({ state }) => state === 'warming')
      .map(({ name }) => name),
  )
}

/** Those of the missing secrets that a resource asks for by SDS: what it waits for when it warms. */
export function awaitedSecrets(resource: Json | undefined, missing: ReadonlySet<string>): string[] {
  const found = new Set<string>()
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isObject(value)) return
    if ('sds_config' in value && typeof value.name === 'string' && missing.has(value.name)) found.add(value.name)
    Object.values(value).forEach(visit)
  }
  if (missing.size > 0) visit(resource)
  return [...found]
}
