import { inMemory } from '../envoy/input/stored-bytes.ts'
import type { MeshProxy, ProxyId } from '../mesh/proxy.ts'
import { adminBody, noSuchPage } from './admin-answer.ts'
import { readMasked } from './whole-dump.ts'

interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/** How an admin interface is asked, wherever it is. */
interface AdminInterface {
  readonly id: ProxyId
  readonly label: string
  /** How errors name it, where that is not the label: `port 15000 of pod "x"`. */
  readonly place?: string
  /** The next step when it is not Envoy that answers. */
  readonly wrongPlace: string
  send(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<Answer>
  note(line: string): void
  /** Ends what is kept open between two requests. */
  release?(): void
}

/** A proxy that runs, as its admin interface answers. */
export function liveProxy({ id, label, place = label, wrongPlace, send, note, release }: AdminInterface): MeshProxy {
  async function answer(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<Uint8Array | 'absent'> {
    const request = (part: string) => send(part, method, signal)
    const { status, body } = await readMasked(path, request, (line) => note(`${label}: ${line}`))
    return adminBody({ path, label: place, status, body, wrongPlace })
  }
  const absence = async (path: string) => noSuchPage({ path, label: place, wrongPlace })
  return {
    id,
    label,
    live: true,
    async page(path, signal) {
      const body = await answer(path, 'GET', signal)
      return body === 'absent' ? body : inMemory(body)
    },
    absence,
    ...(release === undefined ? {} : { release }),
    async post(path, signal) {
      const body = await answer(path, 'POST', signal)
      if (body === 'absent') throw await absence(path)
      return body
    },
  }
}
