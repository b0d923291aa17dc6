import { connect, type Socket } from 'node:net'
import { AppError, UsageError } from '../../errors.ts'
import type { Istiod, XdsOptions } from '../../mesh/istiod.ts'
import type { AnswerLimits } from '../kube/kube-cluster.ts'
import { xdsAccess } from './xds-access.ts'
import { xdsIstiod } from './xds-istiod.ts'

interface ExternalInput {
  /** HOST:PORT, the port 15012 when left out. */
  readonly address: string
  readonly options: XdsOptions
  readonly limits: AnswerLimits
  readonly namespace: string
  /** Asked only where neither `plaintext` nor a client certificate does without. */
  token(signal?: AbortSignal): Promise<string>
}

/**
 * A control plane outside the cluster.
 * @throws UsageError when the address is none
 */
export async function externalIstiod({ address, options, limits, namespace, token }: ExternalInput): Promise<Istiod> {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address)?.filter(Boolean) ?? []
  if (host === undefined) throw new UsageError(`"${address}" is not an address: expected HOST:PORT`)
  const place = { host, port: Number(port ?? 15012), trusted: false }
  const access = await xdsAccess({ options, place, limits, namespace, token })
  return xdsIstiod(address, (signal) => open(place, address, signal), access)
}

function open(place: { host: string; port: number }, label: string, signal?: AbortSignal): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ ...place, ...(signal === undefined ? {} : { signal }) })
    socket.once('connect', () => done(socket))
    socket.on('error', (cause) => {
      fail(signal?.aborted ? signal.reason : new AppError(`cannot connect to ${label}: ${cause.message}`, { cause }))
    })
  })
}
