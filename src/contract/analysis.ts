import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import type { Json } from '../envoy/json.ts'
import type { Kind } from '../envoy/kinds.ts'
import type { AnswerSchema } from '../schema/answer-schema.ts'
import type { Document, View, ViewColumn, ViewRow } from '../view.ts'
import type { Args, Command, Context } from './command.ts'

/**
 * A question about many proxies, as data: its command, help, completion, formats, schema and documentation are made from it. What is
 * kept of a proxy is what `facts` says of it, not its dump.
 * @template O what the arguments ask
 * @template F what is kept of a proxy
 * @template R the answer
 */
export interface Analysis<O, F, R> {
  readonly needs: Needs
  /** What the arguments ask. @throws UsageError before any proxy is read */
  options(args: Args, given: Given): O
  /** What one proxy has to say. Pure, and small: it is kept while others are read. */
  facts(proxy: LoadedProxy, options: O): F
  /** What is said beside the rows of a proxy. */
  notes?(facts: F): readonly string[]
  /** The answer of all is what each answers, one after the other: rows are printed as they come, where the format allows it. */
  readonly apart?: true
  /** The answer of all, those that could not be read included. */
  reduce(proxies: readonly Examined<F>[], options: O): R
  readonly schema: AnswerSchema
  /** The columns of this answer, where some are left to `-o wide`; those of the schema when absent. */
  columns?(answer: R): readonly ViewColumn[]
  /** A row for each thing that the answer names; whose it is in `proxy`, which is a column where there are many. */
  rows(answer: R): readonly ViewRow[]
  /** What `-o json` and `-o raw` print of each proxy, where that is not its rows. */
  documents?(answer: R): readonly ProxyDocument[]
  /** What is said where there are no rows. */
  empty(options: O): string
  /** Whether the exit code is 1, though everything could be read. */
  fails?(answer: R, options: O): boolean
}

/** What an analysis is given besides its arguments. */
export interface Given {
  readonly now: Date
  /** The text of a file that an argument names. @throws AppError when it cannot be read */
  text(path: string): string
}

/** What is printed of one proxy as a document. */
export interface ProxyDocument {
  readonly proxy: string
  readonly document: Document
  /** As the proxy sent it. */
  readonly raw: Document
  /** The thing of the document that each of its rows comes from, in their order; absent where rows come from no single one. */
  readonly items?: readonly unknown[]
}

/** An analysis whose options, facts and answer are its own affair: its functions only ever meet what it made itself. */
export type AnyAnalysis = Analysis<unknown, unknown, unknown>

/** What is read of each proxy. */
export interface Needs {
  /** The kind of resource that it is about: what it is called, its admin path, its section of a dump. */
  readonly about: { readonly name: string; readonly path: string; readonly entries: Kind }
  /** Whether a part of a dump that lacks the kind is refused: where it is concluded from what is not there. */
  readonly whole?: true
  /** The facts come from all of the dump, and not from that section alone. */
  readonly sections?: 'all'
  /** A second admin page, which the facts are better with. */
  readonly auxiliaryPage?: string
  /** Fewest proxies that make sense; 1 when absent. */
  readonly proxies?: 2
}

/** A proxy that was read. */
export interface LoadedProxy {
  /** Stands in a PROXY cell. */
  readonly name: string
  /** Names it in errors. */
  readonly label: string
  readonly dump: ConfigDump
  readonly auxiliaryPage: Json | undefined
}

/** A proxy, and what it has to say; or why it could not be read. */
export type Examined<F> =
  | { readonly name: string; readonly facts: F }
  | { readonly name: string; readonly fault: string }

/** The admin pages of one proxy, as an analysis asks for them. Each rejects with an AppError in kubectl's words. */
export interface ProxyPages {
  /** Names the proxy in errors and in what is said of it. */
  readonly label: string
  /** Whether it is asked as it runs, and does with the query of a path what Envoy does. */
  readonly live: boolean
  json(path: string): Promise<Json>
  bytes(path: string): Promise<Uint8Array>
  /** The text that a POST is answered with. */
  posted(path: string): Promise<string>
  /** A line on stderr. */
  note(text: string): void
}

/**
 * A question that each proxy answers by itself, from its admin pages: of several proxies the answers stand below each other.
 * @template O what the arguments ask
 * @template F what a proxy answers
 */
export interface ProxyAnalysis<O, F> {
  /** @throws UsageError before anything is read */
  options(args: Args, format: Context['format']): O | Promise<O>
  /** The admin path that it is about, the dump when absent: a saved file that is no archive is taken for that page. */
  about?(options: O): string
  /** What one proxy has to say, from the pages that it is asked for. */
  facts(pages: ProxyPages, options: O): Promise<F>
  readonly schema: AnswerSchema
  view(facts: F, label: string, options: O): View
}

/**
 * A question that is asked of more than proxies: of the cluster, of control planes, of files. What has to be read depends on what was
 * found, so that its command gathers it; the rest is pure.
 * @template O what the arguments ask
 * @template G what was gathered
 * @template R the answer
 */
export interface GatheredAnalysis<O, G, R> {
  /** @throws UsageError before anything is read */
  options(args: Args): O
  reduce(gathered: G, options: O): R
  readonly schema: AnswerSchema
  view(answer: R, options: O): View
  /** What is said below the answer. */
  remarks?(answer: R): readonly string[]
  /** Whether the exit code is 1, though everything could be read. */
  fails?(answer: R, options: O): boolean
}

/** The command of an analysis as data; the analysis itself is loaded when it is asked. */
export interface AnalysisCommand
  extends Pick<Command, 'name' | 'aliases' | 'summary' | 'description' | 'synopsis' | 'examples' | 'options'> {
  /** What is meant where no proxy is named: those of the namespace, or of all with -A. Without it one must be named. */
  readonly orScope?: true
  load(): Promise<AnyAnalysis>
  /** What is asked in place of that where this flag is given. */
  readonly byFlag?: { readonly flag: string; load(): Promise<AnyAnalysis> }
}
