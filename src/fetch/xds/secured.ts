import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import { AppError } from '../../errors.ts'
import { defaultRoots } from '../default-roots.ts'
import { tlsReason } from './tls-errors.ts'

interface Securing {
  readonly options: ConnectionOptions
  /** How errors name the other side. */
  readonly label: string
  /** The next step when it will not be secured. */
  readonly hint: string | readonly string[]
  readonly signal: AbortSignal
}

/** TLS, for HTTP/2, on a connection. @throws AppError with OpenSSL's reason, or the connection's own; the abort reason */
export function secured(plain: Duplex, { options, label, hint, signal }: Securing): Promise<Duplex> {
  if (options.ca === undefined) defaultRoots.used()
  return new Promise((done, fail) => {
    const socket = connect({ ...options, socket: plain, ALPNProtocols: ['h2'] })
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    socket.once('secureConnect', () => done(socket))
    socket.on('error', (cause) => {
      const refused = `no TLS connection to ${label}: ${tlsReason(cause)}`
      fail(plain.errored ?? new AppError(refused, { cause, hint }))
    })
    socket.once('close', () => fail(plain.errored ?? new AppError(`${label} closed the connection`, { hint })))
  })
}
