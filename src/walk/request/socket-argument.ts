import { parseHostPort, parseIp } from '../../envoy/model/ip.ts'
import { UsageError } from '../../errors.ts'
import type { PartialAddress } from '../../semantics/request.ts'

/** `IP` or `IP:PORT`. @throws UsageError for anything else: a name would only be found to be in no range of addresses */
export function socketOf(text: string): PartialAddress {
  if (parseIp(text) !== undefined) return { address: text }
  const socket = parseHostPort(text)
  if (socket === undefined || parseIp(socket.address) === undefined) throw new UsageError(`"${text}" is not an address`)
  return socket
}
