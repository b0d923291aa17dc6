import type { Duplex } from 'node:stream'
import { AppError } from '../../../errors.ts'
import type { HttpResponse } from '../../http-over.ts'
import type { Connection } from '../api/connection.ts'
import type { EarlyForward } from './early-forward.ts'
import { type PodHttpRequest, requestOver } from './pod-http.ts'
import { type PodAddress, portForward } from './port-forward.ts'

/** A port-forward to a port of a pod that carries one request after the other. */
export interface PodTunnel {
  /**
   * A request in its turn: Envoy answers all that its admin interface is asked on one thread, so that a second port-forward would only wait as well.
   * Any HTTP status is an answer.
   * @throws AppError when there is none
   */
  request(request: PodHttpRequest): Promise<HttpResponse>
  /** Ends the port-forward; a request later opens another. */
  release(): void
}

/** Milliseconds that a port-forward stays open without a request. */
const longestIdle = 5000

export function podTunnel(connection: Connection, address: PodAddress, early?: EarlyForward): PodTunnel {
  let idle: Idle | undefined
  let last: Promise<unknown> = Promise.resolve()

  const keep = (stream: Duplex) => {
    const kept = keptOpen(stream, () => {
      if (idle === kept) idle = undefined
    })
    idle = kept
  }
  const over = (stream: Duplex, request: PodHttpRequest) => requestOver(connection, address, stream, request, keep)

  async function send(request: PodHttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted()
    // What may change the proxy is not sent where it may have to be sent again.
    const kept = request.method === 'POST' ? undefined : idle
    if (kept !== undefined) {
      idle = undefined
      try {
        return await over(kept.take(), request)
      } catch (error) {
        if (!wasEnded(error)) throw error
      }
    }
    return over(await (early?.take(address) ?? portForward(connection, address, request.signal)), request)
  }
  return {
    request(request) {
      const turn = last.then(() => send(request))
      // Of the answer nothing is kept: a tunnel lives as long as the proxy that thousands of others are read beside.
      last = turn.then(ended, ended)
      return turn
    },
    release() {
      idle?.take().destroy()
      idle = undefined
    },
  }
}

function ended(): void {}

interface Idle {
  /** The stream, which is nobody else's from then on. */
  take(): Duplex
}

/** @param gone called when the stream cannot be used any more */
function keptOpen(stream: Duplex, gone: () => void): Idle {
  const end = () => {
    gone()
    stream.destroy()
  }
  // Data that nobody asked for is no answer to the next request.
  const events = ['data', 'end', 'error', 'close'] as const
  for (const event of events) stream.on(event, end)
  const timer = setTimeout(end, longestIdle).unref()
  return {
    take() {
      clearTimeout(timer)
      for (const event of events) stream.off(event, end)
      return stream
    },
  }
}

/** Whether a port-forward had been ended by the time that it was used again. */
function wasEnded(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'no-answer' || error.code === 'cut-short')
}
