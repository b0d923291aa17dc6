import { connect, type Socket } from 'node:net'
import { AppError, UsageError } from '../../errors.ts'

/** HOST:PORT, the port left out where it is the usual one. @throws UsageError when it is none */
export function parseAddress(address: string, usualPort: number): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address)?.filter(Boolean) ?? []
  if (host === undefined) throw new UsageError(`"${address}" is not an address: expected HOST:PORT`)
  return { host, port: Number(port ?? usualPort) }
}

/** A connection to it. @throws UsageError; AppError with the system's reason; the abort reason */
export async function openAddress(address: string, usualPort: number, signal?: AbortSignal): Promise<Socket> {
  const place = parseAddress(address, usualPort)
  return new Promise((done, fail) => {
    const socket = connect({ ...place, ...(signal === undefined ? {} : { signal }) })
    socket.once('connect', () => done(socket))
    socket.on('error', (cause) => {
      fail(signal?.aborted ? signal.reason : new AppError(`cannot connect to ${address}: ${cause.message}`, { cause }))
    })
  })
}
