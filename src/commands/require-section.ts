import type { ConfigDump } from '../envoy/config-dump.ts'
import { AppError } from '../errors.ts'
import { missingSection } from '../summaries/missing-section.ts'
import type { AnySummary } from '../summaries/summary.ts'

/**
 * For what is concluded from a kind of resource: that there are none is known of a whole dump, which has a bootstrap, and not of
 * a part of one.
 * @throws AppError when the dump is a part that lacks the kind
 */
export function requireSection(summary: AnySummary, dump: ConfigDump, label: string): void {
  if (!dump.has(summary.entries) && !dump.has('bootstrap')) throw new AppError(...missingSection(summary, dump, label))
}
