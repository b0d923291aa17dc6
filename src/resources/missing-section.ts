import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import { kinds, sections } from '../envoy/kinds.ts'
import { endpoints } from './endpoints.ts'
import type { AnyResourceKind } from './resource-kind.ts'

/** As much of a resource kind as naming it takes. */
export type NamedKind = Pick<AnyResourceKind, 'name' | 'path' | 'entries'>

/** Error text and hint for a dump that has no section of the kind asked for: what it has instead, and what to do. */
export function missingSection(
  resourceKind: NamedKind,
  dump: ConfigDump,
  label: string,
): [string, { hint: string; code: 'cut-short' | 'no-section' }] {
  const present = kinds.filter((kind) => dump.has(kind))
  if (dump.has('clusterStatuses')) {
    return [
      `${label} is the output of /clusters?format=json: it holds endpoints, not ${resourceKind.name}`,
      { hint: `Try: kubectl proxy-config ${endpoints.name} --file ${label}`, code: 'no-section' },
    ]
  }
  if (dump.cut !== undefined)
    return [
      `${dump.cut.text}: its ${resourceKind.name} are not in what is left`,
      { hint: 'Save the dump again, whole.', code: 'cut-short' },
    ]
  const holds = present.length === 0 ? '' : `; it holds: ${present.map((kind) => sections[kind].message).join(', ')}`
  return [
    `${label} has no ${sections[resourceKind.entries].message} section${holds}`,
    {
      hint: `Ask Envoy for it: ${resourceKind.path}${dump.notes.length === 0 ? '' : `. ${dump.notes.join(' ')}`}`,
      code: 'no-section',
    },
  ]
}
