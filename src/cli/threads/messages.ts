import type { PlainError } from '../../contract/plain-error.ts'
import type { PackedPage } from '../../mesh/packed-page.ts'
import type { Named } from './named-proxy.ts'

/** What a thread needs to know to do the tasks of a command. */
export interface Start {
  readonly command: string
  /** What follows the command's name on the command line. */
  readonly words: readonly string[]
  /** Milliseconds since the epoch: the moment that is now, for all of them. */
  readonly now: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** How many times the command opens proxies before it opens these. */
  readonly openedBefore: number
  readonly proxies: readonly Named[]
}

/** A page of a proxy as it gets to the thread. */
export type Page =
  | 'absent'
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly written: Date | undefined }
  | { readonly packed: PackedPage }
  /** A file that the thread reads itself, part by part. */
  | { readonly path: string }

/** To a thread. */
export type ToThread =
  | { readonly start: Start }
  /** @property at the proxy's number, `pod` what is known of its pod */
  | { readonly task: number; readonly pod: Named['pod'] }
  | { readonly answer: number; readonly page: Page }
  | { readonly answer: number; readonly error: PlainError }

/** What is said on stderr: a note, or why the answer is incomplete. */
export interface Said {
  readonly text: string
  readonly incomplete?: true
}

/** From a thread. */
export type FromThread =
  /** A page is asked for, or with `absence` the error that it is absent. */
  | { readonly ask: number; readonly task: number; readonly path: string; readonly absence: boolean }
  | { readonly done: number; readonly result: unknown; readonly said: readonly Said[] }
  | { readonly done: number; readonly error: PlainError; readonly said: readonly Said[] }
  /** It cannot do any task. */
  | { readonly failed: PlainError }
