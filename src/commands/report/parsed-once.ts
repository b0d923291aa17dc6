import type { ConfigDump, DumpSection } from '../../envoy/dump/config-dump.ts'
import { SectionDump } from '../../envoy/dump/section-dump.ts'

/** Bytes of text of a dump that is held parsed, which takes two to three times as much. */
const maxHeld = 2 ** 25

/** A dump whose sections are parsed once, for it is gone through several times; one that is larger is read anew each time. */
export function parsedOnce(dump: ConfigDump): ConfigDump {
  const size = dump.sections.reduce((sum, section) => sum + sizeOf(section), 0)
  if (size > maxHeld) return dump
  const sections = dump.sections.map((section) => ({ type: section.type, value: () => section.value() }))
  return new SectionDump(sections, dump.notes, dump.cut)
}

/** Bytes of the members of its lists; of a section that has no such parts all of it is parsed anyway. */
function sizeOf(section: DumpSection): number {
  const parts = section.parts() ?? []
  return parts.reduce(
    (sum, part) => ('members' in part ? part.members.reduce((all, { size }) => all + size, sum) : sum),
    0,
  )
}
