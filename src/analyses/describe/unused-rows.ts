import { awaitedSecrets, missingSecrets } from '../../envoy/certificates/awaited-secrets.ts'
import type { ConfigDump, Entry, ErrorState } from '../../envoy/dump/config-dump.ts'
import type { Kind } from '../../envoy/kinds.ts'
import { addressesOf, addressText } from '../../envoy/model/addresses.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'
import { objectText } from './object-text.ts'

const kinds = [
  ['listeners', 'Listener'],
  ['routes', 'Route'],
  ['clusters', 'Cluster'],
] as const satisfies readonly (readonly [Kind, string])[]

/**
 * Listeners, routes and clusters that the proxy was sent and does not use: those that Envoy rejected, with its words, and those that
 * still warm, with the secrets they wait for. A draining listener is on its way out and has no row.
 */
export function unusedRows(dump: ConfigDump, isWanted: (entry: Entry) => boolean = () => true): DescriptionRow[] {
  const missing = missingSecrets(dump)
  return kinds.flatMap(([kind, part]) => {
    const entries = inOrder(dump, kind)
    const serving = new Set(entries.filter(serves).map(({ name }) => name))
    return entries
      .filter((entry) => (isRejected(entry) || entry.state === 'warming') && isWanted(entry))
      .map(({ name, resource, error }): DescriptionRow => {
        const served = serving.has(name)
        const address = kind === 'listeners' ? addressesOf(resource).map(addressText).join(',') : ''
        const why =
          error === undefined ? warmingText(awaitedSecrets(resource, missing), served) : rejectionText(error, served)
        return {
          part,
          name,
          summary: [address, why].filter(Boolean).join(' '),
          object: objectText(resource.metadata, { resourceName: name }),
          tone: error === undefined ? 'warning' : 'bad',
        }
      })
  })
}

/** An update that Envoy rejected may stand twice in its dump: the duplicate says nothing new. */
function isRejected({ error, isDuplicate }: Entry): boolean {
  return error !== undefined && !isDuplicate
}

function rejectionText({ details, lastAttempt }: ErrorState, served: boolean): string {
  const at = lastAttempt === undefined ? '' : ` at ${lastAttempt}`
  return `REJECTED${at}${served ? ', the previous version stays in use' : ', not in use'}: ${details}`
}

function warmingText(secrets: readonly string[], served: boolean): string {
  const waiting = secrets.length === 0 ? '' : `: waits for secret ${secrets.join(', ')}`
  return `WARMING${served ? ', the previous version stays in use' : ', not in use yet'}${waiting}`
}
