import type { JsonObject } from '../json.ts'
import type { Kind, State } from '../kinds.ts'
import type { SectionPart } from './section.ts'

/** One resource of a dump in one state. A listener that is active and warming is two entries. */
export interface Entry {
  readonly kind: Kind
  readonly name: string
  readonly state: State
  /** Version the control plane gave it (`version_info`). */
  readonly version: string | undefined
  /** RFC 3339, as Envoy wrote it. */
  readonly lastUpdated: string | undefined
  /** The update Envoy rejected last for this resource, present on the entry of state `error`. */
  readonly error: ErrorState | undefined
  /** Envoy writes a rejected listener twice, the second time without a name around it; this is the second time. */
  readonly isDuplicate: boolean
  /** The resource in Envoy's snake_case, whatever case it arrived in. Computed on first use; treat as read-only. */
  readonly resource: JsonObject
  /** The resource as it arrived. */
  readonly received: JsonObject
  /** The member of its section that it stands in, as received: one object for all states of a listener. */
  readonly wrapper: JsonObject
  /** That member as `parts` or `value` of the section has it; the same for all entries that it holds. */
  readonly member: object
  /** Which of the entries of its member it is, from 0. */
  readonly position: number
  /** The name of the resource that it stands in, where that is one of another kind. */
  readonly holder?: string
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/config_dump_shared.proto#admin-v3-updatefailurestate */
export interface ErrorState {
  readonly details: string
  readonly lastAttempt: string | undefined
  readonly version: string | undefined
}

/** A section as the dump has it; `value` and `parts` give the same objects each time, those that are the entries' `member`. */
export interface DumpSection {
  /** Full message name: `envoy.admin.v3.ClustersConfigDump`. */
  readonly type: string
  /** Undefined for a type that this program does not know. */
  readonly kind: Kind | undefined
  /** Bytes of its text, where that is known without reading it. */
  readonly size: number | undefined
  /** All of it, which stays in memory. @throws AppError when the section's text is broken */
  value(): JsonObject
  /** Its fields, of which lists need not be held; undefined where only `value` has them. */
  parts(): readonly SectionPart[] | undefined
}

export interface Cut {
  /** The kind of the section that it ends in, as far as it is known. */
  readonly kind: Kind | undefined
  /** In words: `FILE is cut short at line 3, column 7`. */
  readonly text: string
  /** What `notes` says of it. */
  readonly note: string
}

/** One parsed admin dump. Nothing in it is dropped: what no kind claims stays in `unknown`. */
export interface ConfigDump {
  /**
   * Entries of a kind in the order of the dump: active, warming, draining and rejected ones before static ones. What a large dump in
   * Envoy's layout has in them is not all held at a time: an entry's `resource` may then be another, equal object each time.
   */
  entries(kind: Kind): readonly Entry[]
  /**
   * The same entries in the same order, for whoever goes through them once: the parts of a dump in Envoy's layout are read as they are
   * reached and not held. `isDuplicate` is known at the end.
   */
  each(kind: Kind): Iterable<Entry>
  /**
   * Entries of one name, in the same order. The others are not parsed where the layout lets the name be searched for; who looks up
   * many names is quicker with `entries`.
   */
  named(kind: Kind, name: string): readonly Entry[]
  /** Whether the dump has a section of this kind at all, even an empty one. */
  has(kind: Kind): boolean
  /** Sections of types that this program does not know, as received. */
  readonly unknown: readonly JsonObject[]
  /** Every section in the order of the dump. */
  readonly sections: readonly DumpSection[]
  /** Where it was cut short; undefined for a whole dump. Sections behind that are missing. */
  readonly cut: Cut | undefined
  /** What a reader should know about the input: cut short, noise skipped, other dumps in the same archive. */
  readonly notes: readonly string[]
}
