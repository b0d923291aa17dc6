import { restoredError } from '../../contract/serialized-error.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { FromThread, SentPage, ToThread } from './messages.ts'
import type { ProxyReference } from './proxy-reference.ts'
import { receivedPage } from './thread-pages.ts'

/** Bytes from which on a page is freed as soon as its task is done. */
const largePage = 2 ** 18

type Response = Extract<ToThread, { readonly response: number }>

/** Pages that a thread requests from the main thread. */
export class RequestedPages {
  readonly #send: (message: FromThread) => void
  readonly #pending = new Map<number, PromiseWithResolvers<SentPage>>()
  /** Buffers of large pages, by the tasks that are not done yet. */
  readonly #buffers = new Map<number, ArrayBuffer[]>()
  #next = 0

  constructor(send: (message: FromThread) => void) {
    this.#send = send
  }

  /** A proxy whose pages are read by the main thread. @param task its number */
  proxy({ label, live, ...id }: ProxyReference, task: number): MeshProxy {
    this.#buffers.set(task, [])
    return {
      id,
      label,
      live,
      page: async (path) => {
        const page = await receivedPage(await this.#request({ task, path, absence: false }))
        if (page !== 'absent' && page.path === undefined) this.#keep(task, page.read(0, page.size))
        return page
      },
      absence: (path) =>
        this.#request({ task, path, absence: true }).then(
          () => new Error('an absence was requested, and a page was sent'),
          (error) => error,
        ),
    }
  }

  #keep(task: number, { buffer, length }: Uint8Array): void {
    // Node puts small pages into one buffer with others; what was unpacked has a byte more.
    if (buffer instanceof ArrayBuffer && buffer.byteLength - length <= 1 && length >= largePage)
      this.#buffers.get(task)?.push(buffer)
  }

  /** Frees the pages of a task that is done. The garbage collector would leave many of them: they are not part of the heap. */
  release(task: number): void {
    for (const buffer of this.#buffers.get(task) ?? []) buffer.transfer(0)
    this.#buffers.delete(task)
  }

  #request(what: { readonly task: number; readonly path: string; readonly absence: boolean }): Promise<SentPage> {
    const request = this.#next
    this.#next += 1
    const response = Promise.withResolvers<SentPage>()
    this.#pending.set(request, response)
    this.#send({ request, ...what })
    return response.promise
  }

  receive(message: Response): void {
    const pending = this.#pending.get(message.response)
    this.#pending.delete(message.response)
    if ('error' in message) pending?.reject(restoredError(message.error))
    else pending?.resolve(message.page)
  }
}
