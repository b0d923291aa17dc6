import { isObject, type JsonObject, objectsOf } from '../../envoy/json.ts'
import { cidrContains, isLoopback, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import type { Truth } from '../matching/ternary.ts'

/** First version that takes no address as internal unless `internal_address_config` says so. */
const explicitInternalAddresses = 1033

/**
 * Whether a client counts as one from inside, by `internal_address_config`; without ranges in it, and before Envoy 1.33 without it, the
 * private networks do. Undefined where that depends on an address that is not known. (Network::Utility::isInternalAddress)
 */
export function isInternalAddress(
  address: string | undefined,
  { internal_address_config: configured }: JsonObject,
  version: number,
): Truth {
  if (!isObject(configured) && version >= explicitInternalAddresses) return false
  if (address === undefined) return undefined
  const ip = parseIp(address)
  // An IPv4 address that is written as one of IPv6 is in no range of IPv4.
  if (ip === undefined || (ip.family === 4 && address.includes(':'))) return false
  const ranges = isObject(configured) ? objectsOf(configured.cidr_ranges).map(parseCidr) : []
  if (ranges.length === 0 && isLoopback(ip)) return true
  return (ranges.length === 0 ? privateRanges : ranges).some((cidr) => cidr !== undefined && cidrContains(cidr, ip))
}

const privateRanges = [
  { address_prefix: '10.0.0.0', prefix_len: 8 },
  { address_prefix: '172.16.0.0', prefix_len: 12 },
  { address_prefix: '192.168.0.0', prefix_len: 16 },
  { address_prefix: 'fd00::', prefix_len: 8 },
].map(parseCidr)
