import { type JsonObject, numberOf, stringOf } from '../json.ts'

/** An `envoy.config.core.v3.CidrRange` as `10.0.0.0/8`. */
export function cidrText({ address_prefix, prefix_len }: JsonObject): string {
  return `${stringOf(address_prefix) ?? ''}/${numberOf(prefix_len) ?? 0}`
}
