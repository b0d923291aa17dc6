import type { ConfigDump } from '../envoy/config-dump.ts'
import { kinds, sections } from '../envoy/sections.ts'
import { endpoints } from './endpoints.ts'
import type { AnySummary } from './summary.ts'

/** Error text and hint for a dump that has no section of the kind asked for: what it has instead, and what to do. */
export function missingSection(summary: AnySummary, dump: ConfigDump, label: string): [string, { hint: string }] {
  const present = kinds.filter((kind) => dump.has(kind))
  if (dump.has('clusterStatuses')) {
    return [
      `${label} is the output of /clusters?format=json: it holds endpoints, not ${summary.name}`,
      { hint: `Try: kubectl proxy-config ${endpoints.name} --file ${label}` },
    ]
  }
  const [cut] = dump.notes.filter((note) => note.includes(' is cut short at '))
  if (cut !== undefined)
    return [
      `${cut.replace(/: shown is.*/, '')}: its ${summary.name} are not in what is left`,
      { hint: 'Save the dump again, whole.' },
    ]
  const holds = present.length === 0 ? '' : `; it holds: ${present.map((kind) => sections[kind].message).join(', ')}`
  return [
    `${label} has no ${sections[summary.entries].message} section${holds}`,
    { hint: `Ask Envoy for it: ${summary.path}${dump.notes.length === 0 ? '' : `. ${dump.notes.join(' ')}`}` },
  ]
}
