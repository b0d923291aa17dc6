import type { MeshProxy } from '../mesh/proxy.ts'

/** Further threads of this program. */
export interface Threads {
  /** How many run at the same time. */
  readonly count: number
  /** Bytes of a dump from which on work on that one dump is divided; it never is without it. */
  readonly minDivided?: number
  start(): Thread
}

/** A thread, which exchanges messages of plain data with this one. */
export interface Thread {
  /** @param moved buffers of the message that are transferred: this side cannot use them any more */
  send(message: unknown, moved?: readonly ArrayBuffer[]): void
  onMessage(listener: (message: unknown) => void): void
  /** Called when it ended without `end`: it ran out of memory, or has an internal error. */
  onEnd(listener: (error: Error) => void): void
  /** Terminates it, also in the middle of its work. */
  end(): void
}

/**
 * How the result for one proxy is sent from one thread to another.
 * @template P plain data: what the structured clone algorithm copies
 */
export interface ResultCodec<T, P> {
  encode(result: T): P
  decode(encoded: P): T
  /** Buffers of what was encoded, which are transferred in place of being copied. */
  moved?(encoded: P): readonly ArrayBuffer[]
}

/** What is done for each of many proxies. */
export interface ManyTasks<T, P> {
  readonly proxies: readonly MeshProxy[]
  /** @throws AppError when the proxy cannot be read */
  task(proxy: MeshProxy): Promise<T>
  readonly codec: ResultCodec<T, P>
  /** Plain data that the command has worked out before, which every thread receives. */
  readonly given?: unknown
}

/** The same, done by several threads. */
export interface SpreadTasks<T> {
  task(proxy: MeshProxy): Promise<T>
  /** Prints the notes of the task of a proxy, once it is done: the caller decides on the order. */
  printNotes(proxy: MeshProxy): void
  end(): void
}

/** Work on one saved dump, in parts that do not depend on each other. Each thread that does parts reads the dump itself. */
export interface DividedWork<T, P> {
  /** Bytes of the dump. */
  readonly size: number
  readonly parts: number
  /** Does the part of this number; they are begun in their order, so that the longest should come first. */
  part(number: number): Promise<T>
  readonly codec: ResultCodec<T, P>
  /** Plain data that every thread receives. */
  readonly given?: unknown
}
