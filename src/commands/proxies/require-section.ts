import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { AppError } from '../../errors.ts'
import { missingSection, type NamedKind } from '../../resources/missing-section.ts'

/**
 * For what is concluded from a kind of resource: that there are none is known of a whole dump, which has a bootstrap, and not of
 * a part of one.
 * @throws AppError when the dump is a part that lacks the kind
 */
export function requireSection(resourceKind: NamedKind, dump: ConfigDump, label: string): void {
  if (!dump.has(resourceKind.entries) && !dump.has('bootstrap'))
    throw new AppError(...missingSection(resourceKind, dump, label))
}
