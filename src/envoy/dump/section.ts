import type { Json, JsonObject } from '../json.ts'

/** One member of `configs`. Its value is parsed only when a command asks for it. */
export interface Section {
  /** Full message name without the host: `envoy.admin.v3.ClustersConfigDump`. */
  readonly type: string
  /** Bytes of its text, where that is known without reading it. */
  readonly size?: number | undefined
  /** @throws AppError when the section's text is broken */
  value(): JsonObject
  /** Its fields in their order, its lists as members that are parsed when they are read; undefined where that takes parsing all of it. */
  parts?(): readonly SectionPart[] | undefined
}

/** A field of a section: a list of objects that are not parsed yet, or a value. */
export type SectionPart = ListPart | { readonly name: string; readonly value: Json }

export interface ListPart {
  readonly name: string
  readonly members: readonly Member[]
}

/** A member of a section's list, parsed anew at each read: nobody holds it. */
export interface Member {
  /** Bytes of its text. */
  readonly size: number
  /** Whether these bytes are somewhere in its text. */
  mentions(text: Uint8Array): boolean
  /** @throws SyntaxError where the text is not the JSON object that its layout promises */
  read(): JsonObject
}
