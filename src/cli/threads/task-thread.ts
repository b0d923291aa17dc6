import type { Thread } from '../../contract/threads.ts'
import type { FromThread, ToThread } from './messages.ts'

/** A task that a thread does. */
export interface ThreadTask {
  readonly message: ToThread
  /** Ends it without a result. */
  fail(error: Error): void
  /** Ends it because the thread had no memory for it, and did nothing else. */
  failWithoutMemory(cause: Error): void
}

interface Surroundings {
  /** Starts a thread that is ready for tasks. */
  start(): Thread
  receive(message: FromThread, thread: Thread): void
  /** Called when it ended, and no task is the reason. */
  end(error: Error): void
}

/**
 * A thread that does several tasks at a time. One that runs out of memory is replaced. Of the tasks that it had one may be too large, and
 * nobody knows which: each is done once more, alone.
 */
export class TaskThread {
  readonly #surroundings: Surroundings
  readonly #running = new Set<ThreadTask>()
  /** Those of a thread that ran out of memory. While there are any, one task is done at a time. */
  readonly #suspects = new Set<ThreadTask>()
  #waiting: ThreadTask[] = []
  #thread: Thread

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#thread = this.#started()
  }

  /** How many tasks it has. */
  get tasks(): number {
    return this.#running.size + this.#waiting.length
  }

  add(task: ThreadTask): void {
    this.#waiting.push(task)
    this.#sendNext()
  }

  /** A task has a result, or failed. */
  remove(task: ThreadTask): void {
    this.#running.delete(task)
    this.#suspects.delete(task)
    this.#waiting = this.#waiting.filter((each) => each !== task)
    this.#sendNext()
  }

  end(): void {
    this.#waiting = []
    this.#thread.end()
  }

  #sendNext(): void {
    while (this.#suspects.size === 0 || this.#running.size === 0) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      this.#running.add(task)
      try {
        this.#thread.send(task.message)
      } catch (error) {
        task.fail(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }

  #started(): Thread {
    const thread = this.#surroundings.start()
    // What comes of one that was replaced is done anew.
    thread.onMessage((message) => {
      if (thread === this.#thread) this.#surroundings.receive(message as FromThread, thread)
    })
    thread.onEnd((error) => {
      if (thread === this.#thread) this.#ended(error)
    })
    return thread
  }

  #ended(error: Error): void {
    const lost = [...this.#running]
    const [task] = lost
    if (task === undefined || !isOutOfMemory(error)) {
      this.#surroundings.end(error)
      return
    }
    this.#running.clear()
    this.#thread = this.#started()
    if (lost.length === 1) task.failWithoutMemory(error)
    else {
      for (const suspect of lost) this.#suspects.add(suspect)
      this.#waiting = [...lost, ...this.#waiting]
      this.#sendNext()
    }
  }
}

/** What Node says of a thread that V8 had no memory for. */
function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
