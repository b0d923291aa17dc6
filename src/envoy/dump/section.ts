import type { JsonObject } from '../json.ts'

/** One member of `configs`. Its value is parsed only when a command asks for it. */
export interface Section {
  /** Full message name without the host: `envoy.admin.v3.ClustersConfigDump`. */
  readonly type: string
  /** @throws AppError when the section's text is broken */
  value(): JsonObject
  /**
   * The members of a list of it, by the list's name, each parsed when it is read; undefined where that cannot be told without
   * parsing all of it, and a list that it does not have is empty.
   */
  members?(): ((list: string) => readonly Member[]) | undefined
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
