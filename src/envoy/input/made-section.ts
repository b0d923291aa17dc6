import type { Section } from '../dump/section.ts'
import type { JsonObject } from '../json.ts'
import { type Kind, kinds, sections } from '../kinds.ts'

/** The kind whose resources have this type URL, of any version of the API. */
export function kindOfType(typeUrl: string): Kind | undefined {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  if (!name.startsWith('envoy.')) return undefined
  const message = name.slice(name.lastIndexOf('.') + 1)
  return kinds.find((kind) => sections[kind].type.endsWith(`.${message}`))
}

/** A section of resources without anything around them. */
export function bare(kind: Kind, resources: readonly JsonObject[]): Section {
  const field = sections[kind].lists.find(({ state }) => state === 'static')?.field ?? sections[kind].lists[0]?.field
  return ofKind(kind, { [field ?? '']: [...resources] })
}

export function known(typeUrl: string, value: JsonObject): Section {
  return { type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value: () => value }
}

export function ofKind(kind: Kind, value: JsonObject): Section {
  return { type: `envoy.admin.v3.${sections[kind].message}`, value: () => value }
}
