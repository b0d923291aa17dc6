import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import type { Json } from '../envoy/json.ts'
import type { Kind } from '../envoy/kinds.ts'
import type { Report } from '../report/report.ts'
import type { ViewColumn, ViewRow } from '../view.ts'
import type { Args, Command } from './command.ts'

/**
 * A question about many proxies, as data: its command, help, completion, formats, schema and documentation are made from it. What is
 * kept of a proxy is what `facts` says of it, not its dump.
 * @template O what the arguments ask
 * @template F what is kept of a proxy
 * @template R the answer
 */
export interface Analysis<O, F, R> {
  readonly needs: Needs
  /** What the arguments ask. @throws UsageError before anything is read */
  options(args: Args, now: Date): O
  /** What one proxy has to say. Pure, and small: it is kept while others are read. */
  facts(proxy: LoadedProxy, options: O): F
  /** What is said beside the rows of a proxy. */
  notes?(facts: F): readonly string[]
  /** The answer of all, those that could not be read included. */
  reduce(proxies: readonly Examined<F>[], options: O): R
  readonly report: Report
  /** The columns of this answer, where some are left to `-o wide`; those of the report when absent. */
  columns?(answer: R): readonly ViewColumn[]
  /** A row for each thing that the answer names; whose it is in `proxy`, which is a column where there are many. */
  rows(answer: R): readonly ViewRow[]
  /** What is said where there are no rows. */
  empty(options: O): string
  /** Whether the exit code is 1, though everything could be read. */
  fails?(answer: R, options: O): boolean
}

/** An analysis whose options, facts and answer are its own affair: its functions only ever meet what it made itself. */
export type AnyAnalysis = Analysis<unknown, unknown, unknown>

/** What is read of each proxy. */
export interface Needs {
  /** The kind of resource that it is about: what it is called, its admin path, its section of a dump. */
  readonly about: { readonly name: string; readonly path: string; readonly entries: Kind }
  /** Whether a part of a dump that lacks the kind is refused: where it is concluded from what is not there. */
  readonly whole?: true
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

/** The command of an analysis as data; the analysis itself is loaded when it is asked. */
export interface AnalysisCommand
  extends Pick<Command, 'name' | 'aliases' | 'summary' | 'description' | 'synopsis' | 'examples' | 'options'> {
  /** What is meant where no proxy is named: those of the namespace, or of all with -A. Without it one must be named. */
  readonly orScope?: true
  load(): Promise<AnyAnalysis>
}
