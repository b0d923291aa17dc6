import { isObject, type Json, stringOf } from '../../envoy/json.ts'

/** Names of the secrets that a transport socket gets by SDS. A name alone is one of the bootstrap's static secrets. */
export function discoveredSecrets(socket: Json | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isObject(value)) return
    const name = stringOf(value.name)
    if (isObject(value.sds_config) && name !== undefined) names.add(name)
    Object.values(value).forEach(visit)
  }
  visit(socket)
  return names
}
