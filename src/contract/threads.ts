import type { MeshProxy } from '../mesh/proxy.ts'

/** Further threads of this program. */
export interface Threads {
  /** As many as do work at the same time. */
  readonly most: number
  start(): Thread
}

/** A thread: it takes and gives messages of plain data. */
export interface Thread {
  /** @param moved buffers of the message that this side gives up */
  send(message: unknown, moved?: readonly ArrayBuffer[]): void
  onMessage(listener: (message: unknown) => void): void
  /** Called when it ended by itself, which it never does. */
  onEnd(listener: (error: Error) => void): void
  /** Ends it, whatever it does. */
  end(): void
}

/**
 * How the result for one proxy gets from one thread to another.
 * @template P plain data: what the structured clone algorithm copies
 */
export interface Crossing<T, P> {
  plain(result: T): P
  whole(plain: P): T
}

/** What is done for each of many proxies. */
export interface ManyTasks<T, P> {
  readonly proxies: readonly MeshProxy[]
  /** @throws AppError when the proxy cannot be read */
  task(proxy: MeshProxy): Promise<T>
  readonly crossing: Crossing<T, P>
}

/** The same, done by several threads. */
export interface SpreadTasks<T> {
  task(proxy: MeshProxy): Promise<T>
  /** Says what the task had to say of a proxy that is done. */
  tell(proxy: MeshProxy): void
  end(): void
}
