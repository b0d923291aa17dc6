import { wholeError } from '../../contract/plain-error.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { FromThread, Page, ToThread } from './messages.ts'
import type { Named } from './named-proxy.ts'
import { receivedPage } from './thread-pages.ts'

/** Bytes of a page that are worth to be freed at once. */
const worthFreeing = 2 ** 18

type Answer = Extract<ToThread, { readonly answer: number }>

/** Pages that a thread asks the first one for. */
export class AskedPages {
  readonly #send: (message: FromThread) => void
  readonly #asked = new Map<number, PromiseWithResolvers<Page>>()
  /** The memory of pages, by task. */
  readonly #held = new Map<number, readonly ArrayBuffer[]>()
  #next = 0

  constructor(send: (message: FromThread) => void) {
    this.#send = send
  }

  /** A proxy of the first thread. @param task its number */
  proxy({ label, live, ...id }: Named, task: number): MeshProxy {
    return {
      id,
      label,
      live,
      page: async (path) => {
        const page = await receivedPage(await this.#ask({ task, path, absence: false }))
        if (page !== 'absent' && page.path === undefined) this.#keep(task, page.read(0, page.size))
        return page
      },
      absence: (path) =>
        this.#ask({ task, path, absence: true }).then(
          () => new Error('an absence that is none'),
          (error) => error,
        ),
    }
  }

  #keep(task: number, { buffer, length }: Uint8Array): void {
    // Small pages of Node share their memory with others.
    if (buffer instanceof ArrayBuffer && buffer.byteLength === length && length >= worthFreeing)
      this.#held.set(task, [...(this.#held.get(task) ?? []), buffer])
  }

  /** Frees the pages of a task that is done. The collector would come for them when there are many: they are no part of the heap. */
  release(task: number): void {
    for (const buffer of this.#held.get(task) ?? []) buffer.transfer(0)
    this.#held.delete(task)
  }

  #ask(what: { readonly task: number; readonly path: string; readonly absence: boolean }): Promise<Page> {
    const ask = this.#next
    this.#next += 1
    const answer = Promise.withResolvers<Page>()
    this.#asked.set(ask, answer)
    this.#send({ ask, ...what })
    return answer.promise
  }

  answered(message: Answer): void {
    const asked = this.#asked.get(message.answer)
    this.#asked.delete(message.answer)
    if ('error' in message) asked?.reject(wholeError(message.error))
    else asked?.resolve(message.page)
  }
}
