import { plainError, wholeError } from '../../contract/plain-error.ts'
import type { ManyTasks, SpreadTasks, Thread, Threads } from '../../contract/threads.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { FromThread, Said, Start, ToThread } from './messages.ts'
import { named } from './named-proxy.ts'
import { sentPage } from './thread-pages.ts'

interface Spreading extends Omit<Start, 'proxies'> {
  readonly threads: Threads
  /** Says on stderr what the task of a proxy had to say. */
  say(said: Said): void
}

/** A thread, and how many tasks it has. */
interface Hand {
  readonly thread: Thread
  tasks: number
}

interface UnderWay {
  readonly proxy: MeshProxy
  readonly hand: Hand
  readonly done: PromiseWithResolvers<unknown>
}

/**
 * Does the tasks of many proxies in threads. This one reads the pages, which is waiting mostly, and puts results together; a thread gets
 * the bytes of a page and gives back what was made of it.
 */
export function spreadTasks<T, P>(
  { proxies, crossing }: Pick<ManyTasks<T, P>, 'proxies' | 'crossing'>,
  { threads, say, ...start }: Spreading,
): SpreadTasks<T> {
  const numbers = new Map(proxies.map((proxy, at) => [proxy.id, at]))
  const underWay = new Map<number, UnderWay>()
  const told = new Map<MeshProxy['id'], readonly Said[]>()
  const message: ToThread = { start: { ...start, proxies: proxies.map(named) } }
  const hands = Array.from({ length: threads.most }, (): Hand => ({ thread: threads.start(), tasks: 0 }))
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    for (const { done } of underWay.values()) done.reject(failure)
  }
  for (const hand of hands) {
    hand.thread.onMessage((received) => take(hand, received as FromThread))
    hand.thread.onEnd(fail)
    hand.thread.send(message)
  }

  function take({ thread }: Hand, received: FromThread): void {
    if ('ask' in received) void answer(thread, received)
    else if ('failed' in received) fail(wholeError(received.failed))
    else {
      const task = underWay.get(received.done)
      if (task === undefined) return
      told.set(task.proxy.id, received.said)
      if ('error' in received) task.done.reject(wholeError(received.error))
      else task.done.resolve(received.result)
    }
  }

  async function answer(
    thread: Thread,
    { ask, task, path, absence }: Extract<FromThread, { ask: number }>,
  ): Promise<void> {
    const send = (given: ToThread, moved?: readonly ArrayBuffer[]) => thread.send(given, moved)
    const proxy = underWay.get(task)?.proxy
    if (proxy === undefined) return
    try {
      if (absence) return send({ answer: ask, error: plainError(await proxy.absence(path)) })
      const { page, moved } = await sentPage(proxy, path)
      send({ answer: ask, page }, moved)
    } catch (error) {
      send({ answer: ask, error: plainError(error) })
    }
  }

  return {
    async task(proxy) {
      if (failure !== undefined) throw failure
      const number = numbers.get(proxy.id)
      const [hand] = hands.toSorted((a, b) => a.tasks - b.tasks)
      if (number === undefined || hand === undefined) throw new Error('a proxy that the threads do not know')
      const done = Promise.withResolvers<unknown>()
      underWay.set(number, { proxy, hand, done })
      hand.tasks += 1
      hand.thread.send({ task: number, pod: proxy.id.pod } satisfies ToThread)
      try {
        // Made by the same crossing, of the same program.
        return crossing.whole((await done.promise) as P)
      } finally {
        hand.tasks -= 1
        underWay.delete(number)
      }
    },
    tell({ id }) {
      told.get(id)?.forEach(say)
      told.delete(id)
    },
    end() {
      for (const { thread } of hands) thread.end()
      fail(new Error('the threads were ended'))
    },
  }
}
