import type { SerializedError } from '../../contract/serialized-error.ts'
import type { PackedPage } from '../../mesh/packed-page.ts'
import type { ProxyReference } from './proxy-reference.ts'

/** What a thread needs to know to do the tasks of a command. */
export interface Start {
  readonly command: string
  /** What follows the command's name on the command line. */
  readonly words: readonly string[]
  /** Current time in milliseconds since the epoch, the same for all threads. */
  readonly now: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Columns of the terminal that stdout is: what a thread prints itself is made for them. */
  readonly stdoutColumns?: number | undefined
  /** How many times the command opens proxies before it opens these. */
  readonly openedBefore: number
  readonly proxies: readonly ProxyReference[]
  /** What the command gave with its tasks. */
  readonly given?: unknown
  /** Of work that is divided, the counter that parts are taken by. */
  readonly counter?: SharedArrayBuffer
}

/** A page of a proxy as it is sent to a thread. */
export type SentPage =
  | 'absent'
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly written: Date | undefined }
  | { readonly packed: PackedPage }
  /** A file that the thread reads itself, part by part. */
  | { readonly path: string }

/** To a thread. */
export type ToThread =
  | { readonly start: Start }
  /** @property task the number of the proxy, `pod` what is known of its pod */
  | { readonly task: number; readonly pod: ProxyReference['pod'] }
  /** @property response the number of the request */
  | { readonly response: number; readonly page: SentPage }
  | { readonly response: number; readonly error: SerializedError }

/** A note for stderr, or the reason why the answer is incomplete. */
export interface TaskNote {
  readonly text: string
  readonly incomplete?: true
}

/** From a thread. */
export type FromThread =
  /** Requests a page, or with `absence` the error that it is absent. */
  | { readonly request: number; readonly task: number; readonly path: string; readonly absence: boolean }
  /** The result of the task or part of this number. */
  | { readonly done: number; readonly result: unknown; readonly notes: readonly TaskNote[] }
  | { readonly done: number; readonly error: SerializedError; readonly notes: readonly TaskNote[] }
  /** The thread cannot do any task. */
  | { readonly failed: SerializedError }
