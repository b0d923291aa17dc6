import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { parseIp } from '../../envoy/model/ip.ts'
import { UsageError } from '../../errors.ts'
import { internalListener } from '../../semantics/connection/listener-selection.ts'
import type { RequestSpec } from './request-spec.ts'

/**
 * A name where an address belongs, or of no listener, would be taken for one that matches nothing, and the walk would tell a story
 * about a request that nobody meant.
 * @throws UsageError
 */
export function validateRequest({ address, listener, method, host }: RequestSpec, dump: ConfigDump): void {
  if (host === '') throw new UsageError('the host is empty')
  if (method === '') throw new UsageError('the method is empty')
  if (address !== undefined && parseIp(address) === undefined)
    throw new UsageError(`"${address}" is not an address`, { hint: 'It accepts an IP; a name goes into the URL.' })
  if (listener !== undefined && internalListener(dump, listener) === undefined)
    throw new UsageError(`no listener in use is called "${listener}"`, {
      hint: 'Names: kubectl proxy-config listeners -o name',
    })
}
