import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { AppError } from '../../errors.ts'
import { listeners } from '../../resources/listeners.ts'
import { missingSection } from '../../resources/missing-section.ts'

/** A walk begins at a listener: without any there is nothing to trace. @throws AppError for a part of a dump that lacks them */
export function requireListeners(dump: ConfigDump, label: string): void {
  if (dump.has('listeners') || dump.has('bootstrap')) return
  const [message] = missingSection(listeners, dump, label)
  throw new AppError(message, {
    hint: 'A trace needs listeners, routes, clusters and endpoints: take a whole dump, config_dump?include_eds.',
  })
}
