import type { Cluster } from '../mesh/cluster.ts'
import type { MeshProxy, ProxyOptions } from '../mesh/proxy.ts'
import type { Selection } from '../mesh/selection.ts'
import type { View } from '../view.ts'
import type { IO } from './io.ts'
import type { DividedWork, ManyTasks, SpreadTasks } from './threads.ts'

/** A flag as data: parsing, help, completion and documentation are made from it. */
export interface Option {
  readonly name: string
  readonly short?: string
  /** Other names that it is taken by, left out of help: istioctl's. */
  readonly aliases?: readonly string[]
  readonly describe: string
  readonly type: 'string' | 'number' | 'boolean'
  /** What stands for the value in help: `PORT`. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** Words of which several can be given, with commas between; the command itself checks them. */
  readonly list?: readonly string[]
  /** The same of words that are loaded when they are asked for. */
  listed?(): Promise<readonly string[]>
  readonly default?: string | number | boolean
  /** What its value names, for completion. */
  readonly holds?: ValueKind
  /** May be given several times. */
  readonly repeatable?: true
  /** Two different values are an error. Of other flags the last value counts, as of kubectl's. */
  readonly once?: true
  /** Parsed, but left out of help. */
  readonly hidden?: true
}

/** What a value can name. */
export type ValueKind =
  | 'file'
  | 'format'
  | 'column'
  | 'namespace'
  | 'context'
  | 'kubeCluster'
  | 'user'
  | 'target'
  | 'container'
  /** `debug`, or `LOGGER:LEVEL`, several with commas: of Envoy, whose loggers can be asked for, or of another program. */
  | 'envoyLevels'
  | 'levels'

export interface Example {
  readonly title: string
  /** What follows `kubectl proxy-config`. */
  readonly command: string
}

export interface Args {
  readonly positionals: readonly string[]
  string(name: string): string | undefined
  strings(name: string): readonly string[]
  number(name: string): number | undefined
  /** Undefined when the flag was not given and has no default. */
  boolean(name: string): boolean | undefined
}

/** What a command is given besides its arguments. */
export interface Context {
  readonly io: IO
  /**
   * The proxies that a selection stands for.
   * @throws AppError when there is none
   */
  open(selection: Selection, options?: OpenOptions): Promise<readonly MeshProxy[]>
  /** The Kubernetes cluster that kubectl's flags name, or the capture that --capture names in its place. */
  cluster(): Promise<Cluster>
  /** How the arguments ask for many proxies to be read. */
  fleet(): Promise<FleetOptions>
  /** One of several clusters that are compared or read: a capture, or the live one whatever --capture says. */
  clusterOf(source: ClusterSource): Promise<Cluster>
  /** The format that the arguments ask for. */
  readonly format: { readonly name: string; readonly shows: 'rows' | 'document' }
  /**
   * Prints a view in that format; notes go to stderr.
   * @param part where the view is one of several below each other: only the first has headers, and nothing is said where it has no rows
   * @returns false when nobody reads any more
   */
  render(view: View, part?: 'first' | 'next'): Promise<boolean>
  /** The view with what the format prints of its rows in place of them. */
  printed(view: View): Promise<View>
  /** A line on stderr; the same one again is left out. */
  note(text: string): void
  /** The answer lacks something that was asked for: a note says why when it is printed, and the exit code is 1. */
  incomplete(why: string): void
  /** Called for each of many proxies that could not be read. */
  failed?(proxy: MeshProxy): void
}

interface FleetOptions {
  /** Proxies at a time. */
  readonly concurrency: number
  /** Milliseconds for all that is asked of one. */
  readonly deadline: number
  /** Whether each that fails is named, however many. */
  readonly showFailures: boolean
  /** Gives the tasks of many to threads, where that pays; absent where it never does. */
  spread?<T, P>(tasks: ManyTasks<T, P>): Promise<SpreadTasks<T> | undefined>
  /**
   * The results of work on one dump, done by threads and this one, in the order of its parts; undefined where that does not pay. Absent
   * where it never does.
   */
  divide?<T, P>(work: DividedWork<T, P>): Promise<readonly T[] | undefined>
  /** Where this is a thread that does tasks or parts: what the main thread gave it with them. Absent in the main thread. */
  readonly thread?: { readonly given: unknown }
}
/** The live cluster that kubectl's flags name, that of another context, or a capture. */
export type ClusterSource = 'live' | { readonly context: string } | { readonly capture: string }

export interface OpenOptions extends Pick<ProxyOptions, 'portOf'> {
  /** The admin path that the question is about, the whole dump when absent: a saved file that is no archive is taken for that page. */
  readonly about?: string
  /** Called with what could not be read, such as a context; without it, `note` and `incomplete` of the context are. */
  readonly incomplete?: (why: string) => void
}

/** The arguments of a command. */
export interface Positionals {
  readonly max: number
  /** What each is, for completion; the last stands for those after it as well. Left out where `firstArguments` says it. */
  readonly kinds?: readonly ('target' | 'url')[]
  /** A word in the place of the first that a file follows. */
  readonly beforeFile?: string
  /** Words in the place of the first that something else follows, or nothing. */
  readonly words?: readonly { readonly text: string; readonly describe: string; next?(): Promise<readonly string[]> }[]
}

/** A word that the first argument of a command can be. */
export interface FirstArgument {
  readonly text: string
  readonly aliases?: readonly string[]
  readonly describe?: string
  /** What comes after it: a POD or TYPE/NAME, the name of an object of a type, or one of some words. */
  readonly next?: 'target' | { readonly objects: string } | { readonly words: readonly string[] }
}

/** A subcommand as data. */
export interface Command {
  readonly name: string
  readonly aliases: readonly string[]
  /** One line for the list of commands. */
  readonly summary: string
  /** Text above the examples in the command's own help; the summary when absent. */
  readonly description?: string
  /** What follows the command's name in its usage line: `[POD | TYPE/NAME]`. */
  readonly synopsis: string
  /** What its first argument can be, where it is one of a few words; after any other come the arguments of `positionals`. */
  firstArguments?(): Promise<readonly FirstArgument[]>
  readonly examples: readonly Example[]
  readonly options: readonly Option[]
  readonly positionals: Positionals
  /** The `url` arguments worth completing for the proxy of these bytes; of each place its spellings, the first preferred. */
  urls?(proxy: MeshProxy, signal: AbortSignal): Promise<readonly (readonly string[])[]>
  /** Formats that only this command has, besides those of every command. */
  readonly formats?: readonly string[]
  /** Formats of every command that this one does not have. */
  readonly withoutFormats?: readonly string[]
  /** The format without `-o`; the table when absent. */
  readonly defaultFormat?: string
  /** The exit code of what could not be done, where 1 says something else; 1 when absent. */
  readonly failureCode?: number
  /** Absent from the list of commands. */
  readonly hidden?: true
  /** What runs it. Nothing of that is needed for help, completion or another command. */
  load(): Promise<Run>
}

/** @returns the exit code */
export type Run = (args: Args, context: Context) => Promise<number>
