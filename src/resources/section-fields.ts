import type { DumpSection } from '../envoy/dump/config-dump.ts'
import type { Member } from '../envoy/dump/section.ts'
import { type Json, type JsonObject, objectsOf } from '../envoy/json.ts'

/** A field of a section's document: a value, or a list whose items are made when they are printed. */
export type SectionField =
  | { readonly name: string; readonly value: Json }
  | { readonly name: string; readonly list: Iterable<JsonObject>; readonly members: readonly object[] }

/** Bytes of a section's text up to which it is read before any of it is printed: what is broken in it is then told first. */
const maxBeforehand = 2 ** 26

/** All fields of a section in their order. Of a large one in Envoy's layout a member at a time is read. */
export function sectionFields(section: DumpSection): SectionField[] {
  const parts = section.parts()
  if (parts === undefined) return fieldsOf(section.value())
  const lists = parts.flatMap((part) => ('members' in part ? part.members : []))
  const size = lists.reduce((sum, member) => sum + member.size, 0)
  return parts.map((part): SectionField => {
    if ('value' in part) return part
    const { name, members } = part
    const list = readOneByOne(section, name, members)
    return { name, members, list: size > maxBeforehand ? list : [...list] }
  })
}

function fieldsOf(section: JsonObject): SectionField[] {
  return Object.entries(section).map(([name, value = null]) => {
    const members = objectsOf(value)
    return Array.isArray(value) && members.length === value.length && members.length > 0
      ? { name, list: members, members }
      : { name, value }
  })
}

function* readOneByOne(section: DumpSection, name: string, members: readonly Member[]): Generator<JsonObject> {
  let count = 0
  try {
    for (const member of members) {
      const value = member.read()
      count++
      yield value
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Broken, or laid out in a way that only a parser sees through, which also says where it is broken.
    yield* objectsOf(section.value()[name]).slice(count)
  }
}
