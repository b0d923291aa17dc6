import { isObject, type Json } from '../../envoy/json.ts'
import { everyObject } from './every-object.ts'

/** Names of the secrets that a transport socket gets by SDS. A name alone is one of the bootstrap's static secrets. */
export function discoveredSecrets(socket: Json | undefined): ReadonlySet<string> {
  const named = [...everyObject(socket)].flatMap(({ name, sds_config }) =>
    isObject(sds_config) && typeof name === 'string' ? [name] : [],
  )
  return new Set(named)
}
