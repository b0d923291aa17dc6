import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import type { Kind } from '../envoy/kinds.ts'
import type { Cell, CellType, Tone } from '../view.ts'
import type { Contained } from './contained/contained-entry.ts'

/** One line of a table. Several rows may come from one entry: the filter chains of a listener, the hosts of a cluster. */
export interface Row {
  readonly entry: Entry
  /** In no table, but in every document: what needs no line of its own and still must not be lost. */
  readonly unlisted?: boolean
}

/** Numbers are ordered by value, texts by code unit. */
export type SortKey = string | number

/** What a row may depend on besides its entry. */
export interface RowContext {
  readonly dump: ConfigDump
  readonly now: Date
  /** The reply of the kind's `auxiliaryPage`. */
  readonly auxiliaryPage?: Json | undefined
}

export interface Column<R extends Row> {
  readonly header: string
  /** Of its cell in jsonl; from the header when absent. */
  readonly key?: string
  value(row: R): Cell
  /** Whether what the row shows there fails, or may come to fail. */
  tone?(row: R): Tone | undefined
  /** What a table shows where there is no value, `<none>` when absent. */
  readonly missing?: string
  /** What its values are; text when absent. */
  readonly types?: readonly CellType[]
  /** Shown with `-o wide` only. */
  readonly wide?: true
  /** What it shows changes by time alone. */
  readonly clock?: true
  /** Whether a row's value is worth knowing: a wide column is then in every table. */
  isNotable?(row: R): boolean
  /** Its header names a kind of Istio's; `withoutObject` is what it says of something that comes from no object. */
  readonly istio?: { readonly withoutObject?: string }
}

/** Whether the expression or template of a RouteMatch takes a path; true where it has neither. */
export type ExpressionTakes = (match: JsonObject, path: string) => boolean

export interface Filter<R extends Row> {
  /** The flag: `fqdn` for `--fqdn`. */
  readonly name: string
  readonly describe: string
  /** Values worth completing. */
  readonly choices?: readonly string[]
  /** It asks for resources by name: a live proxy is then asked for those alone. */
  readonly byName?: 'contains' | 'equals'
  /** A whole number is asked for. */
  readonly number?: true
  matches(row: R, wanted: string): boolean
  /** The filter as it decides with the evaluation of expressions, which is not loaded before somebody asks for it. */
  evaluating?(takes: ExpressionTakes): Filter<R>
  /** Values of a row that hold the wanted text without being it: for whoever wrote a part of what is asked for as a whole. */
  near?(row: R, wanted: string): readonly string[]
}

export interface ResourceKindExample {
  readonly title: string
  readonly command: string
}

/** A resource kind as data: everything its subcommand, its place in `all` and its documentation are made from. */
export interface ResourceKind<R extends Row = Row> {
  /** Name of the subcommand. */
  readonly name: string
  readonly aliases: readonly string[]
  /** Singular, as in `-o name`. */
  readonly kind: string
  /** One line for help. */
  readonly title: string
  /** For help: what it answers, and the command that asks. */
  readonly examples: readonly ResourceKindExample[]
  /** The kind of entries it shows. */
  readonly entries: Kind
  /** Admin path that holds them and nothing else. */
  readonly path: string
  rows(entry: Entry, context: RowContext): readonly R[]
  /** A second admin page of a live proxy, which the rows are joined with. */
  readonly auxiliaryPage?: string
  /** Rows for what only that page has. */
  auxiliaryRows?(context: RowContext): readonly R[]
  readonly columns: readonly Column<R>[]
  readonly filters: readonly Filter<R>[]
  /** What rows are ordered by, one key after the other; without keys they stay in the order of the dump. */
  sortKeys(row: R): readonly SortKey[]
  /** What is to be said of an entry below the table. */
  notesOf?(entry: Entry): readonly string[]
  /** Of a resource, the part that the rows stand for; the whole when absent. */
  prune?(entry: Entry, rows: readonly R[]): JsonObject
  /** `-o json` prints the entries in their section, with versions and times, as istioctl does for this kind. */
  readonly inSection?: true
  /** It shows parts of what another kind shows: `all` leaves it out. */
  readonly partOfOther?: true
  /** Envoy counts what happens to its rows: it has `--traffic`. */
  readonly counted?: true
  /** Its own columns say the state of each row. */
  readonly ownState?: true
  /** What it shows is about state that changes by itself: it has --watch. */
  readonly watchable?: true
  /** Envoy leaves the section out when it has none: its absence is an empty list, not a wrong dump. */
  readonly absentWhenEmpty?: true
  /** What `--verbose=false` shows instead. */
  readonly compact?: AnyResourceKind
  /**
   * Entries of a dump without a section of the kind that stand inside other resources (route configurations inside listeners), and
   * what they leave out. Undefined where nothing is known of the kind.
   */
  contained?(dump: ConfigDump): Contained | undefined
  /** The resourceKind that fits a dump which holds the same facts in another section. */
  fallback?(dump: ConfigDump): AnyResourceKind | undefined
  /** The default of `-o` where that is not the table. */
  readonly defaultFormat?: string
}

/** A resourceKind whose row type is its own affair: its functions only ever meet rows that it made itself. */
export type AnyResourceKind = ResourceKind<Row>
